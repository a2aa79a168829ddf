# The product without its servers: one image for web, worker, sweeper, beat and the migrations.
FROM python:3.12.14-slim-bookworm AS packages
COPY requirements.txt /tmp/
# The list is complete and pinned, so nothing may come along that is not on it.
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --only-binary :all: -r /tmp/requirements.txt

FROM python:3.12.14-slim-bookworm
RUN groupadd --gid 10001 fp \
 && useradd --uid 10001 --gid fp --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin fp
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
# Its folder is read-only for the product, so the compiled modules are made now.
RUN python -m compileall -q .
USER 10001:10001
EXPOSE 8000
CMD ["uvicorn", "family_pairing.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--no-proxy-headers", "--no-server-header"]
