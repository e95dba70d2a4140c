FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# Before the code, so that a change of the code installs nothing again.
COPY requirements.txt .
RUN pip install -r requirements.txt

COPY . .
# Texts and static files are made here; afterwards the code is read-only for the user it runs as.
RUN APP_ENV=test DATA_DIR=/tmp/build python manage.py compile_texts \
    && APP_ENV=test DATA_DIR=/tmp/build python manage.py collectstatic --noinput -v 0 \
    && rm -rf /tmp/build \
    && useradd --system --create-home --uid 10001 booking \
    && install -d -o booking -g booking /data

USER booking
ENV APP_ENV=production HOST=0.0.0.0 DATA_DIR=/data
VOLUME /data
EXPOSE 8000 5555
CMD ["honcho", "start", "--no-prefix", "web"]
