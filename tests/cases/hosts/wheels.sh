# An environment of Python in /srv/venv that installs from a folder, with hello-wheel 1.0
# and 1.1 in it.
set -e
mkdir -p /srv/wheels
python3 - <<'PYTHON'
import zipfile
for version in ("1.0", "1.1"):
    info = f"hello_wheel-{version}.dist-info"
    name = f"/srv/wheels/hello_wheel-{version}-py3-none-any.whl"
    with zipfile.ZipFile(name, "w") as wheel:
        wheel.writestr("hello_wheel.py", f"VERSION = {version!r}\n")
        wheel.writestr(f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: hello-wheel\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: case\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
PYTHON
python3 -m venv /srv/venv
printf '[global]\nno-index = true\nfind-links = /srv/wheels\n' >/srv/venv/pip.conf
