// The control HTTP of the playground.

export class ControlError extends Error {}

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(`/_control${path}`, options);
  } catch {
    throw new ControlError("The playground does not answer");
  }
  const answer = await response.json();
  if (!response.ok) throw new ControlError(answer.error ?? response.statusText);
  return answer;
}

export const state = () => call("GET", "/state");
export const users = () => call("GET", "/users");
export const addUser = (user) => call("POST", "/users", user);
export const setBlocked = (id, blocked) => call("POST", `/users/${id}/${blocked ? "block" : "unblock"}`);
export const chat = (id) => call("GET", `/chats/${id}`);
export const say = (id, text, replyTo) =>
  call("POST", `/users/${id}/messages`, replyTo ? { text, reply_to: replyTo } : { text });
export const editMessage = (id, messageId, text) => call("PUT", `/users/${id}/messages/${messageId}`, { text });
export const tap = (id, messageId, data) => call("POST", `/users/${id}/taps`, { message_id: messageId, data });
export const sendContact = (id, contact) => call("POST", `/users/${id}/contact`, contact);
export const sendLocation = (id, place) => call("POST", `/users/${id}/location`, place);
export const changeFaults = (faults) => call("PATCH", "/faults", faults);

export function sendFile(id, file, asPhoto, caption) {
  const form = new FormData();
  form.append("as", asPhoto ? "photo" : "document");
  form.append("caption", caption);
  form.append("file", file, file.name);
  return call("POST", `/users/${id}/files`, form);
}
