"""An SMTP server (aiosmtpd) on a free port of 127.0.0.1, for tests.

Usage: smtp_server.py FOLDER MODES CERTIFICATE KEY. It prints its port, and writes each mail it takes into FOLDER. MODES
is a list of starttls, auth, reject, later, hang, drop with commas between; open listens on 127.0.0.2 instead.
"""
import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER, MODES, CERTIFICATE, KEY = sys.argv[1], sys.argv[2].split(","), sys.argv[3], sys.argv[4]


class Handler:
    def __init__(self):
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "reject" in MODES:
            return "550 5.1.1 <" + address + "> unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "hang" in MODES:
            await asyncio.sleep(3600)
        if "drop" in MODES:
            server.transport.abort()
            return "250 never heard"
        if "later" in MODES:
            return "451 4.3.0 try later"
        self.count += 1
        base = os.path.join(FOLDER, f"{self.count:04}")
        user = session.auth_data.login.decode() if getattr(session, "auth_data", None) else ""
        with open(base + ".envelope", "w") as file:
            file.write("\n".join([envelope.mail_from, ",".join(envelope.rcpt_tos), user]))
        with open(base + ".part", "wb") as file:
            file.write(envelope.original_content)
        os.rename(base + ".part", base + ".mail")
        return f"250 2.0.0 Ok: queued as 4XyzAb{self.count:04}"


def check(server, session, envelope, mechanism, data):
    is_right = data.login == b"erasure" and data.password == b"geheim wachtwoord"
    return AuthResult(success=is_right, handled=False, auth_data=data)


async def main():
    context = None
    if CERTIFICATE:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE, KEY)
    handler = Handler()

    def make():
        return SMTP(
            handler, hostname="mail.test", tls_context=context, require_starttls="starttls" in MODES,
            auth_required="auth" in MODES, auth_require_tls="starttls" in MODES,
            authenticator=check if "auth" in MODES else None)

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.2" if "open" in MODES else "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
