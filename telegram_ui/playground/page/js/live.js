// Changes as they happen, by server-sent events; the browser reconnects, and then everything is read anew.

export class Live {
  constructor({ onEvent, onOpen, onLost }) {
    Object.assign(this, { onEvent, onOpen, onLost });
    this.source = null;
    this.retry = null;
  }

  /** Follow these chats. */
  follow(chatIds) {
    clearTimeout(this.retry);
    this.source?.close();
    const source = new EventSource(`/_control/events?chats=${chatIds.join(",")}`);
    this.source = source;
    source.onopen = () => this.onOpen();
    source.onmessage = (message) => this.onEvent(JSON.parse(message.data));
    source.onerror = () => {
      this.onLost();
      // A browser gives up on some errors (a refused connection in Firefox); this does not.
      if (source.readyState === EventSource.CLOSED && this.source === source) {
        this.retry = setTimeout(() => this.follow(chatIds), 1000);
      }
    };
  }
}
