#!/usr/bin/env python3
"""Takes the pictures of docs/pictures: `wg tui` in a terminal, as it looks.

    pictures.py --programs .build/release --into docs/pictures
"""
import argparse
import html
from pathlib import Path

from terminals import Project, Tmux

SIZE = (100, 28)
CELL = (8.4, 18)
BACKGROUND, FOREGROUND = "#16181d", "#d4d7dd"
COLORS = {
    "black": "#16181d", "red": "#e06c75", "green": "#98c379", "brown": "#e5c07b",
    "blue": "#61afef", "magenta": "#c678dd", "cyan": "#56b6c2", "white": "#d4d7dd",
    "brightblack": "#7f8796", "brightred": "#ff7a85", "brightgreen": "#b5e890",
    "brightbrown": "#ffd98a", "brightyellow": "#ffd98a", "brightblue": "#7cc4ff",
    "brightmagenta": "#dd8ff2", "brightcyan": "#7fdbe6", "brightwhite": "#ffffff"}


def color(name, otherwise):
    if name == "default":
        return otherwise
    return COLORS.get(name, f"#{name}" if len(name) == 6 else otherwise)


def style(cell):
    front, back = color(cell.fg, FOREGROUND), color(cell.bg, BACKGROUND)
    if cell.reverse:
        front, back = back, front
    return front, back, cell.bold, cell.italics, cell.underscore


def runs(screen, row):
    """Cells of one style next to each other, with the column of the first."""
    found = []
    for column in range(screen.columns):
        cell = screen.buffer[row][column]
        if found and found[-1][1] == style(cell):
            found[-1][2].append(cell.data)
        else:
            found.append((column, style(cell), [cell.data]))
    return found


def svg(screen):
    width, height = screen.columns * CELL[0] + 16, screen.lines * CELL[1] + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-size="14" '
        'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace">',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>']
    for row in range(screen.lines):
        for column, (front, back, bold, italic, underline), data in runs(screen, row):
            x, y = 8 + column * CELL[0], 8 + row * CELL[1]
            if back != BACKGROUND:
                parts.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{len(data) * CELL[0]:.1f}" '
                    f'height="{CELL[1]}" fill="{back}"/>')
            text = "".join(data)
            if text.strip():
                extra = (' font-weight="bold"' if bold else "") + \
                    (' font-style="italic"' if italic else "") + \
                    (' text-decoration="underline"' if underline else "")
                parts.append(
                    f'<text x="{x:.1f}" y="{y + 13}" fill="{front}"{extra} '
                    f'textLength="{len(data) * CELL[0]:.1f}" xml:space="preserve">'
                    f'{html.escape(text)}</text>')
    return "\n".join(parts + ["</svg>", ""])


def take(terminal, path):
    terminal.key("Ctrl-L")
    terminal.expect_same_in_pyte()
    path.write_text(svg(terminal.in_pyte()), encoding="utf-8")
    print(path)


def make_garden(project):
    project.wg("chat", "create", "--name", "release", "--command", "sed -u 's/.*/## Left\\n\\n"
               "- the *changelog*\\n- a test for `purge`\\n\\nEverything else is **done**./'")
    for name in ["docs", "bench", "translation"]:
        project.wg("chat", "create", "--name", name, "--handler", "echo")
    project.wg("chat", "create", "--name", "broken", "--handler", "/bin/false")
    project.wg("service", "start")
    project.wg("chat", "stop", "translation")
    project.wg("chat", "send", "docs", "Is the manual in step?", "--wait")
    project.wg("chat", "send", "broken", "Are you there?")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    with Project(options.programs.resolve()) as project:
        make_garden(project)
        with Tmux(*SIZE, project.environment, project.root) as terminal:
            terminal.command("clear; wg tui")
            terminal.wait("release.*working|release")
            terminal.key("/")
            terminal.type("release")
            terminal.key("Enter", "/", "Esc", "Enter")
            terminal.type("What is left before the release?")
            terminal.key("Enter")
            terminal.wait("Everything else is")
            take(terminal, options.into / "conversation.svg")
            terminal.key("Esc", "/")
            terminal.type("broken")
            terminal.key("Enter", "/", "Esc", "F2")
            terminal.wait("Because")
            take(terminal, options.into / "why.svg")
            terminal.key("Ctrl-W")
            terminal.wait("Retire")
            take(terminal, options.into / "retire.svg")
            terminal.key("Esc", "Ctrl-Q")


if __name__ == "__main__":
    main()
