"""Presidio's recognisers, registry and results, made to fail closed.

Presidio skips a pattern that takes too long and reports success, downloads a language model when given
none, and writes matched text to its log. Here every pattern runs against one time budget for the whole text
and raises when it is spent, the pipeline is a blank spaCy tokeniser, and its loggers reach nobody: a
warning during a text is a failure.

presidio, spaCy and phonenumbers are imported when the first text comes, once per process.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import regex

from redaction.recogniser import Recogniser, declared

BUDGET_SECONDS = 2.0  # processor time of this thread for one text; a post takes about a thousandth of it
CONTEXT_BEFORE = 6  # words
CONTEXT_AFTER = 3
LANGUAGE = "en"  # presidio's name for the registry; the patterns are not tied to a language

# spaCy peels punctuation off one mark at a time: 10,000 brackets would take it eight seconds. No mark is context.
_PUNCTUATION = regex.compile(r"[^\w\s]{24,}")
_LOGGERS = ("presidio-analyzer", "decision_process")
_build_lock = threading.Lock()


class SkippedPattern(Exception):
    """A pattern, or presidio itself, gave up on a text."""


class OutOfTime(Exception):
    """The time budget of a text is spent."""


class _Watch(threading.local):
    """What the current thread's text has left, and whether presidio complained about it."""

    deadline: float = float("inf")
    complaints: int = 0

    def left(self) -> float:
        left = self.deadline - time.thread_time()
        if left <= 0:
            raise OutOfTime
        return left


watch = _Watch()


@contextmanager
def budget(seconds: float) -> Iterator[None]:
    """Give the text handled inside a budget of this thread's processor time."""
    watch.deadline = time.thread_time() + seconds
    watch.complaints = 0
    try:
        yield
    finally:
        watch.deadline = float("inf")


class WatchedPattern:
    """A compiled pattern that raises where presidio would skip it."""

    __slots__ = ("compiled",)

    def __init__(self, pattern: str, flags: int) -> None:
        self.compiled = regex.compile(pattern, flags=flags)

    def finditer(self, text: str, timeout: float | None = None) -> Iterator[Any]:
        # Presidio swallows TimeoutError only. Its own `timeout` is far too long for a post: the budget rules.
        left = watch.left()
        try:
            if left == float("inf"):
                yield from self.compiled.finditer(text)
            else:
                yield from self.compiled.finditer(text, timeout=left)
        except TimeoutError:
            raise SkippedPattern from None


class _Silence(logging.Handler):
    """Swallows what presidio logs, text and all, and remembers that it complained."""

    def emit(self, record: logging.LogRecord) -> None:
        watch.complaints += 1


def _silence() -> None:
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [_Silence()]
        logger.propagate = False
        logger.setLevel(logging.WARNING)


class Engine:
    """Finds personal data in one view of a text, with presidio's own loop."""

    def __init__(self, recognisers: Mapping[str, Recogniser]) -> None:
        _silence()
        import presidio_analyzer.pattern_recognizer as presidio_patterns
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

        # Ours are timed by the budget; a recogniser that compiles its own patterns must not hang for a minute.
        presidio_patterns.REGEX_TIMEOUT_SECONDS = BUDGET_SECONDS  # type: ignore[assignment]
        self.kinds = {spec.entity: spec.kind for spec in recognisers.values()}
        registry = RecognizerRegistry(supported_languages=[LANGUAGE])
        for name, spec in recognisers.items():
            registry.add_recognizer(_presidio(name, spec))
        self.presidio = AnalyzerEngine(
            registry=registry,
            nlp_engine=_blank_pipeline(),
            supported_languages=[LANGUAGE],
            context_aware_enhancer=LemmaContextAwareEnhancer(
                context_prefix_count=CONTEXT_BEFORE,
                context_suffix_count=CONTEXT_AFTER,
                context_matching_mode="whole_word",
            ),
        )

    def analyse(self, text: str) -> list[Any]:
        """Presidio's results for `text`, above each recogniser's threshold.

        Raises:
            SkippedPattern: a pattern did not finish, or presidio reported a problem.
            OutOfTime: the budget of this text is spent.
        """
        found = self.presidio.analyze(text, LANGUAGE)
        if watch.complaints:
            raise SkippedPattern
        watch.left()
        return found


@cache
def _shared() -> Engine:
    from redaction.fast import FastEngine

    try:
        return FastEngine(declared())
    except ImportError:  # no hyperscan here: the same findings, more slowly
        return Engine(declared())


def shared() -> Engine:
    """The process's one engine, built at first use (and so after a fork)."""
    with _build_lock:
        return _shared()


def _presidio(name: str, spec: Recogniser) -> Any:
    """The presidio recogniser that a declaration describes."""
    from presidio_analyzer import Pattern, PatternRecognizer, predefined_recognizers

    if spec.build is not None:
        built = spec.build(name)
    else:
        parent: Any = getattr(predefined_recognizers, spec.stock) if spec.stock else PatternRecognizer
        patterns = [Pattern(shape.name, shape.pattern, shape.score) for shape in spec.shapes]
        if not patterns:  # presidio shares its patterns between instances; ours are our own
            patterns = [Pattern(one.name, one.regex, one.score) for one in parent.PATTERNS]
        made = parent if spec.check is None else _checked(parent, spec.check)
        built = made(
            supported_entity=spec.entity, name=name, patterns=patterns, context=list(spec.context) or ["\0"]
        )
        built.global_regex_flags = spec.flags
    built.context = list(spec.context)
    built.score_thresholds = {"default": spec.threshold}
    for pattern in getattr(built, "patterns", ()):
        pattern.compiled_with_flags = built.global_regex_flags
        pattern.compiled_regex = WatchedPattern(pattern.regex, built.global_regex_flags)
    return built


def _checked(parent: Any, check: Any) -> Any:
    """A class of recogniser whose matches pass through our check instead of presidio's."""

    def validate_result(self: Any, pattern_text: str) -> bool | None:
        return check(pattern_text)

    return type(parent.__name__, (parent,), {"validate_result": validate_result})


def _blank_pipeline() -> Any:
    """A tokeniser without a model. It forgets each text: spaCy would keep every new word for the process's
    life."""
    import spacy
    from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine

    class BlankPipeline(SpacyNlpEngine):
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": LANGUAGE, "model_name": "blank"}])
            self.tokeniser = spacy.blank(LANGUAGE)
            self.nlp: Any = {LANGUAGE: self.tokeniser}
            self.one_at_a_time = threading.Lock()  # a memory zone belongs to one thread

        def load(self) -> None:
            pass

        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> Any:
            with self.one_at_a_time, self.tokeniser.memory_zone():
                flat = _PUNCTUATION.sub(lambda run: " " * len(run[0]), text)
                tokens = [(token.text, token.idx) for token in self.tokeniser(flat)]
                words: Any = [word for word, _ in tokens]
                return NlpArtifacts(
                    entities=[],
                    tokens=words,
                    tokens_indices=[place for _, place in tokens],
                    lemmas=words,
                    nlp_engine=self,
                    language=LANGUAGE,
                )

    return BlankPipeline()
