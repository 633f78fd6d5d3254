"""Checking an Ed25519 signature (RFC 8032) with nothing but Python's standard library.

Verification only: it handles no secret, so it need not run in constant time. Signing is in `reports.signing`.
"""

import hashlib
import json

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)  # of -1
# Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z.
_Point = tuple[int, int, int, int]


def signer(message: bytes, envelope: bytes) -> str:
    """The public key (hex) whose signature over `message` the envelope holds; nothing if it does not fit."""
    try:
        held = json.loads(envelope.decode("ascii"))
        key, signature = bytes.fromhex(held["public_key"]), bytes.fromhex(held["signature"])
        if held["algorithm"] != "Ed25519" or len(key) != 32 or len(signature) != 64:
            return ""
        a, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _L
    fits = s < _L and _same(_times(s, _BASE), _plus(r, _times(k, a)))
    return key.hex() if fits else ""


def _point(raw: bytes) -> _Point:
    """A point of the curve from its 32 bytes. Raises ValueError where there is none."""
    y, odd = int.from_bytes(raw, "little") & (2**255 - 1), raw[31] >> 7
    over, under = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = over * pow(under, 3, _P) * pow(over * pow(under, 7, _P), (_P - 5) // 8, _P) % _P
    if under * x * x % _P != over:
        x = x * _ROOT % _P
    if y >= _P or under * x * x % _P != over or (x == 0 and odd):
        raise ValueError("not a point")
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


def _plus(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(n: int, p: _Point) -> _Point:
    total: _Point = (0, 1, 1, 0)
    for bit in bin(n)[2:]:
        total = _plus(total, total)
        if bit == "1":
            total = _plus(total, p)
    return total


def _same(p: _Point, q: _Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))
