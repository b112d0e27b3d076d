"""The pictures, as SVG text."""

import io

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import numpy as np
from children import GROUPS


def svg(figure):
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight")
    plt.close(figure)
    return text.getvalue()[text.getvalue().index("<svg") :]


def figure_1(means):
    figure, panels = plt.subplots(1, 3, figsize=(7.4, 3.25), sharey=True)
    for axes, (by, rows) in zip(panels, means.groupby("variable", sort=False), strict=True):
        for shift, (level, line) in zip((-0.09, 0.09), rows.groupby("level", sort=False), strict=True):
            where = np.arange(3) + shift
            errors = [line["mean"] - line["low"], line["high"] - line["mean"]]
            axes.errorbar(where, line["mean"], yerr=errors, fmt="o--", lw=0.8, label=level)
        axes.set_xticks(range(3), GROUPS)
        axes.set_title(by)
        axes.legend()
    panels[0].set_ylabel("Adjusted mean score")
    return svg(figure)


def forest(table):
    rows = table[(table["model"] == "adjusted") & (table["outcome"] == "total") & (table["term"] != "Intercept")]
    figure, axes = plt.subplots(figsize=(7.4, 0.75 + 0.19 * len(rows)))
    where = np.arange(len(rows))[::-1]
    axes.errorbar(rows["B"], where, xerr=[rows["B"] - rows["low"], rows["high"] - rows["B"]], fmt="o")
    axes.axvline(0, color="grey", lw=0.9)
    axes.set_yticks(where, rows["term"])
    axes.set_xlabel("B (95% confidence interval)")
    return svg(figure)


def specification_curve(table, level):
    """The estimates by size above, the choices behind each below."""
    rows = table[table["level"] == level].sort_values("standardised", ignore_index=True)
    choices = [(by, choice) for by in ("covariates", "population", "outcome") for choice in table[by].unique()]
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(7.4, 5.3), sharex=True)
    sd = rows["B"] / rows["standardised"]
    errors = [(rows["B"] - rows["low"]) / sd, (rows["high"] - rows["B"]) / sd]
    upper.errorbar(rows.index, rows["standardised"], yerr=errors, fmt=".", lw=0.8)
    upper.axhline(0, color="grey", lw=0.9)
    upper.set_ylabel("Standard deviations of the score")
    upper.set_title(f"{level} against never")
    for place, (by, choice) in enumerate(choices):
        where = rows.index[rows[by] == choice]
        lower.plot(where, [place] * len(where), "s", ms=2.5, color="black")
    lower.set_yticks(range(len(choices)), [f"{by}: {choice}" for by, choice in choices])
    lower.invert_yaxis()
    return svg(figure)


def residual_plot(bins):
    rows = bins[(bins["model"] == "adjusted") & (bins["outcome"] == "total")]
    figure, axes = plt.subplots(figsize=(7.4, 2.9))
    axes.errorbar(rows["fitted"], rows["residual"], yerr=rows["sd"], fmt="o", lw=0.8)
    axes.axhline(0, color="grey", lw=0.9)
    axes.set_xlabel("Fitted value")
    axes.set_ylabel("Mean residual, one standard deviation up and down")
    return svg(figure)


def flow_diagram(flow):
    figure, axes = plt.subplots(figsize=(7.4, 4.4))
    axes.axis("off")
    box = {"boxstyle": "round", "facecolor": "white"}
    for place, (step, children) in enumerate(zip(flow["step"], flow["children"], strict=True)):
        x = 0.75 if step.startswith("excluded") else 0.25
        y = 1 - (place + 0.5) / len(flow)
        axes.text(x, y, f"{step}: {children:,}", ha="center", va="center", bbox=box)
    return svg(figure)
