FROM python:3.12-slim AS packages
WORKDIR /build
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
# Before the sources: a change of code installs nothing anew.
COPY pyproject.toml constraints.txt ./
RUN sed -i '/^readme = /d; /^license-files = /d' pyproject.toml \
 && pip install --no-cache-dir --disable-pip-version-check -c constraints.txt .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/schemalore --create-home schemalore \
 && install -d -o schemalore /var/lib/schemalore/slots
COPY --from=packages /venv /venv
WORKDIR /srv/schemalore
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/srv/schemalore \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SCHEMALORE_ENV=production \
    DATA_DIR=/var/lib/schemalore
USER schemalore
CMD ["gunicorn", "-c", "app/gunicorn.conf.py", \
     "--bind", "0.0.0.0:8000", "app.main:application"]
