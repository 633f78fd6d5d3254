"""The shipped files, read once."""

from pathlib import Path

import pytest

from governance.policy import Pack, load_pack
from governance.policy.terms import PlatformTerms, load_terms

PACKS = Path(__file__).resolve().parents[2] / "governance" / "packs"
UK_POLICE = PACKS / "uk-police.toml"
TERMS = PACKS / "platform-terms.toml"
PACK = load_pack(UK_POLICE.read_bytes(), name=UK_POLICE.name)


@pytest.fixture(scope="session")
def pack() -> Pack:
    return PACK


@pytest.fixture(scope="session")
def terms() -> PlatformTerms:
    return load_terms(TERMS.read_bytes(), name=TERMS.name)
