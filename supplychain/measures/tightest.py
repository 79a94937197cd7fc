"""Which input binds when the lens stops shipping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.compiled import DOCUMENTED
from supplychain.measures.analysis import Analysis
from supplychain.measures.names import part_name, stage_name, supplier_name

__all__ = ["TightestStage", "tightest_stage"]

Float = NDArray[np.float64]


@dataclass(frozen=True)
class TightestStage:
    """The part whose own makers bind.

    Attributes
    ----------
    part_id, name, stage : str
    supplier_id : str
        The one source that stops; empty where the default mix binds.
    loss : float
        Share of that supply that stops, 0 to 1 (what is known to; unknown origins count as outside).
    path : tuple of str
        Parts from the product to it.
    text : str
        The finding in words, with what it is a statement about.
    """

    part_id: str
    name: str
    stage: str
    supplier_id: str
    loss: float
    path: tuple[str, ...]
    text: str

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "part_id": self.part_id,
            "name": self.name,
            "stage": self.stage,
            "supplier_id": self.supplier_id,
            "loss": self.loss,
            "path": list(self.path),
            "text": self.text,
        }


def tightest_stage(analysis: Analysis) -> TightestStage | None:
    """Follow the binding input of the embargo loss (reallocate, low end) down to the part whose own term binds.

    Returns
    -------
    TightestStage or None
        None where nothing is known to stop.
    """
    loss = analysis.loss_reallocate[0]
    compiled, plan = analysis.compiled, analysis.compiled.plan
    stopped = analysis.leaves(analysis.cut_off)[0]
    target, rest = analysis.target, analysis.last
    path: list[int] = []
    first_choice = compiled.option_count + compiled.mix_count
    while loss[rest, target] > 0.0:
        if target >= first_choice:
            choice = target - first_choice
            entries = np.arange(compiled.choice_pointers[choice], compiled.choice_pointers[choice + 1])
            options = compiled.entries.target[entries]
            target = int(options[np.argmin(loss[rest, options])])
            continue
        if target >= compiled.option_count:
            mix = target - compiled.option_count
            found = _binding_group(analysis, loss, stopped, mix, rest)
            part = int(compiled.mix_part[mix])
            path.append(part)
            if isinstance(found, float):
                return _describe(analysis, path, "", found)
            recipe = found
        else:
            part = int(compiled.options.part[target])
            path.append(part)
            if stopped[target] == 1.0:
                return _describe(analysis, path, _supplier(analysis, target), 1.0)
            recipe = int(compiled.options.recipe[target])
        alternative = _binding_alternative(analysis, loss, recipe, rest)
        rest -= 0 if plan.behind_class[alternative] else 1
        target = int(compiled.alternatives.target[alternative])
        if analysis.evidence == "documented" and compiled.alternatives.grade[alternative] < DOCUMENTED:
            return None
        if rest < 0:
            return None
    return None


def _supplier(analysis: Analysis, option: int) -> str:
    code = int(analysis.compiled.options.supplier[option])
    return str(analysis.compiled.supplier_ids[code]) if code >= 0 else ""


def _binding_group(analysis: Analysis, loss: Float, stopped: Float, mix: int, rest: int) -> float | int:
    """The loss of the mix if its makers themselves bind, else the recipe through which most is lost."""
    compiled = analysis.compiled
    span = slice(compiled.mix_pointers[mix], compiled.mix_pointers[mix + 1])
    option, volume = compiled.members.option[span], compiled.members.share[span]
    own_loss, worst, lost_most = 0.0, -1, 0.0
    for recipe in np.unique(compiled.options.recipe[option]):
        mine = compiled.options.recipe[option] == recipe
        own = float(np.dot(volume[mine], stopped[option[mine]]))
        starved = float(volume[mine].sum()) * _recipe_loss(analysis, loss, int(recipe), rest)
        own_loss += own
        if starved > own and starved > lost_most:
            worst, lost_most = int(recipe), starved
    return own_loss if worst < 0 else worst


def _slot_losses(analysis: Analysis, loss: Float, recipe: int, rest: int) -> list[tuple[float, int]]:
    """Loss of each essential slot (negative, for sorting) with the alternative through which most is lost."""
    compiled, plan = analysis.compiled, analysis.compiled.plan
    result = []
    for slot in np.flatnonzero((compiled.slot_recipe == recipe) & compiled.slot_essential):
        span = np.arange(compiled.slot_pointers[slot], compiled.slot_pointers[slot + 1])
        target = compiled.alternatives.target[span]
        left = np.where(plan.behind_class[span], rest, rest - 1)
        figures = np.where(left >= 0, loss[np.maximum(left, 0), target], 0.0)
        lost = compiled.alternatives.weight[span] * figures
        result.append((-float(lost.sum()), int(span[np.argmax(lost)])))
    return result


def _recipe_loss(analysis: Analysis, loss: Float, recipe: int, rest: int) -> float:
    return -min((figure for figure, _ in _slot_losses(analysis, loss, recipe, rest)), default=0.0)


def _binding_alternative(analysis: Analysis, loss: Float, recipe: int, rest: int) -> int:
    return min(_slot_losses(analysis, loss, recipe, rest))[1]


def _describe(analysis: Analysis, path: list[int], supplier_id: str, loss: float) -> TightestStage:
    dataset = analysis.compiled.dataset
    ids = tuple(str(analysis.compiled.part_ids[part]) for part in path)
    part_id = ids[-1]
    name, stage = part_name(dataset, part_id), stage_name(dataset, part_id)
    if supplier_id:
        firm = supplier_name(dataset, supplier_id)
        text = f"{name} comes from {firm} alone, which would stop; it binds before everything else."
    else:
        text = (
            f"{100 * loss:.1f} % of the world's {name} comes from countries of concern. This is a statement about a "
            "market, the same for every product that uses it; supply cover says what it means for one buyer."
        )
    return TightestStage(part_id, name, stage, supplier_id, loss, ids, text)
