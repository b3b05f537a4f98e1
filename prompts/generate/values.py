"""Which value of which facet a message speaks of."""

from __future__ import annotations

from prompts.generate.draft import Draft, NoWay, Scene


def choose_value(scene: Scene, draft: Draft, slot: str, form: str) -> tuple[str, str]:
    """Choose a facet and one of its values; a second wanted one must be able to hold together with the first.

    Raises:
        NoWay: When none is left that has the form.
    """
    wanted = draft.slots.get("wanted", {}) if slot == "wanted" else {}
    choices = []
    for facet, values in scene.words.values.items():
        if draft.either and wanted and facet not in wanted:
            continue
        if wanted and not draft.either and facet in wanted and not has_several(scene, facet):
            continue
        wants_cmp = form in ("cmp", "bare")
        choices += [
            (facet, value)
            for value, forms in values.items()
            if f"{facet}={value}" not in draft.used and (forms["cmp"] if wants_cmp else forms.get(form, True))
        ]
    if not choices:
        raise NoWay
    facets = sorted({facet for facet, _ in choices})
    facet = scene.rng.choice(facets)
    return scene.rng.choice([choice for choice in choices if choice[0] == facet])


def has_several(scene: Scene, facet: str) -> bool:
    """Say whether items can have more than one value of a facet."""
    return any(len(values) > 1 for values in scene.catalog.facets[facet])
