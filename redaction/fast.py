"""The same findings as presidio's own loop, several times faster.

One Hyperscan pass over the text says which patterns can match at all; only those are run. Telephone numbers are sought
only among digits that could be one, and words are looked at only where a context word stands in the text.

The findings are those of `engine.Engine`, which is the reference: a test compares the two over tens of thousands of
texts. Without the `hyperscan` package the reference itself is used.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from redaction.engine import LANGUAGE, Engine, SkippedPattern, watch
from redaction.prefilter import Prefilter
from redaction.recogniser import Recogniser


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing to run: a pattern of a recogniser, or a recogniser as a whole."""

    recogniser: Any
    pattern: Any = None
    phones: Any = None


class FastEngine(Engine):
    """Finds what `Engine` finds.

    Raises:
        ImportError: the `hyperscan` package is not installed.
    """

    def __init__(self, recognisers: Mapping[str, Recogniser]) -> None:
        super().__init__(recognisers)
        from presidio_analyzer import (
            AnalysisExplanation,
            EntityRecognizer,
            PatternRecognizer,
            RecognizerResult,
        )
        from presidio_analyzer.predefined_recognizers import PhoneRecognizer

        self._result = RecognizerResult
        self._explanation = AnalysisExplanation
        self._without_duplicates = EntityRecognizer.remove_duplicates
        self._entities = self.presidio.get_supported_entities(LANGUAGE)
        self._steps: list[_Step] = []
        self._always: list[int] = []
        self._prefilter = Prefilter()
        self._words: dict[str, tuple[str, ...]] = {}
        self._least: dict[str, float] = {}
        for one in self.presidio.get_recognizers(language=LANGUAGE):
            self._words[one.id] = tuple(word.lower() for word in one.context or ())
            self._least[one.id] = one.score_thresholds["default"]
            if isinstance(one, PatternRecognizer) and type(one).analyze is PatternRecognizer.analyze:
                for pattern in getattr(one, "patterns", ()):
                    self._prefilter.add(len(self._steps), pattern.regex)
                    self._steps.append(_Step(one, pattern))
            else:
                phones = _Phones(one) if type(one) is PhoneRecognizer else None
                self._always.append(len(self._steps))
                self._steps.append(_Step(one, phones=phones))
        self._prefilter.close()

    def analyse(self, text: str) -> list[Any]:
        watch.left()
        found: list[Any] = []
        used: dict[str, Any] = {}
        for number in sorted({*self._prefilter.possible(text), *self._always}):
            step = self._steps[number]
            results = self._run(step, text)
            if results:
                found.extend(results)
                used[step.recogniser.id] = step.recogniser
        if found:
            found = self._weighed(text, self._without_duplicates(found), used)
        if watch.complaints:
            raise SkippedPattern
        watch.left()
        return found

    def _weighed(self, text: str, found: list[Any], used: dict[str, Any]) -> list[Any]:
        """Context words raise scores; what stays below its recogniser's threshold goes."""
        lower = text.lower()
        if any(word in lower for identifier in used for word in self._words[identifier]):
            for one in found:
                if one.analysis_explanation is None:
                    one.analysis_explanation = self._explanation(recognizer="", original_score=one.score)
            artifacts = self.presidio.nlp_engine.process_text(text, LANGUAGE)
            found = self.presidio._enhance_using_context(text, found, artifacts, list(used.values()))
        identifier = self._result.RECOGNIZER_IDENTIFIER_KEY
        kept = [one for one in found if one.score >= self._least[one.recognition_metadata[identifier]]]
        return self._without_duplicates(kept) if len(kept) > 1 else kept

    def _run(self, step: _Step, text: str) -> list[Any]:
        if step.pattern is not None:
            return list(self._matches(step.recogniser, step.pattern, text))
        if step.phones is not None:
            return step.phones.analyse(text, self._entities)
        artifacts = self.presidio.nlp_engine.process_text(text, LANGUAGE)
        return step.recogniser.analyze(text=text, entities=self._entities, nlp_artifacts=artifacts) or []

    def _matches(self, recogniser: Any, pattern: Any, text: str) -> Iterator[Any]:
        """What `PatternRecognizer` makes of one pattern, without writing its explanation."""
        for match in pattern.compiled_regex.finditer(text):
            value = match[0]
            if not value:
                continue
            valid = recogniser.validate_result(value)
            score = pattern.score if valid is None else 1.0 if valid else 0.0
            if recogniser.invalidate_result(value):
                score = 0.0
            if score > 0:
                yield self._result(
                    entity_type=recogniser.supported_entities[0],
                    start=match.start(),
                    end=match.end(),
                    score=score,
                    recognition_metadata={
                        self._result.RECOGNIZER_NAME_KEY: recogniser.name,
                        self._result.RECOGNIZER_IDENTIFIER_KEY: recogniser.id,
                    },
                )


class _Phones:
    """Presidio's phone recogniser, asked only for regions whose numbers could be as short as the digits at hand."""

    def __init__(self, recogniser: Any) -> None:
        from phonenumbers import PhoneMetadata, phonenumbermatcher

        self._recogniser = recogniser
        self._candidates = phonenumbermatcher._PATTERN
        metadata: Any = PhoneMetadata
        self._shortest: dict[str, int] = {
            region: min(metadata.metadata_for_region(region).general_desc.possible_length)
            for region in recogniser.supported_regions
        }
        self._fewest = min(self._shortest.values())
        self._by_regions: dict[tuple[str, ...], Any] = {}

    def analyse(self, text: str, entities: list[str]) -> list[Any]:
        international = "+" in text or "\uff0b" in text
        most = 0
        if sum(map(str.isdigit, text)) >= (4 if international else self._fewest):
            most = max((sum(map(str.isdigit, one[0])) for one in self._candidates.finditer(text)), default=0)
        if not most:
            return []
        regions = tuple(
            region for region, shortest in self._shortest.items() if international or shortest <= most
        )
        if not regions:
            return []
        asked = self._by_regions.get(regions)
        if asked is None:
            asked = copy.copy(self._recogniser)
            asked.supported_regions = regions
            self._by_regions[regions] = asked
        results: list[Any] = asked.analyze(text, entities, None)
        return results
