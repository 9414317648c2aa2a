"""Every key of the table, in a real terminal."""
import re


def plain(text):
    """Without styles."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def header(text):
    """The chosen chat."""
    for line in plain(text).split("\n"):
        if "  .chat-" in line:
            return line.split("│")[-1].split("  .chat-")[0].strip()
    return ""


def shows(word):
    return lambda before, after: word in plain(after)


def hides(word):
    return lambda before, after: word not in plain(after)


def other_chat(before, after):
    return header(before) != header(after) != ""


def same(before, after):
    """Cells that were never written and spaces differ in how tmux tells of them."""
    return plain_lines(before) == plain_lines(after)


def plain_lines(text):
    return [line.rstrip() for line in plain(text).split("\n")]


def looks_different(before, after):
    return before != after


TALK = ["Home", "Enter"]
# By place and action: keys that lead there, what must be so afterwards, keys that lead back.
# What is compared has styles in it.
EXPECTED = {
    ("everywhere", "help"): ([], shows("Everywhere"), ["Esc"]),
    ("everywhere", "switchFocus"): ([], shows("Enter send"), ["Esc"]),
    ("everywhere", "nextChat"): (["Home"], other_chat, []),
    ("everywhere", "previousChat"): (["End"], other_chat, []),
    ("everywhere", "scrollUp"): ([], shows("more below"), ["Ctrl-End"]),
    ("everywhere", "scrollDown"): (["PgUp"], hides("more below"), []),
    ("everywhere", "scrollToTop"): ([], shows("more below"), ["Ctrl-End"]),
    ("everywhere", "scrollToEnd"): (["PgUp", "PgUp", "PgUp"], hides("more below"), []),
    ("everywhere", "search"): ([], shows("Search:"), ["Esc", "Esc"]),
    ("everywhere", "why"): ([], shows("─ why ─"), ["F2"]),
    ("everywhere", "retire"): ([], shows("─ Retire ─"), ["Esc"]),
    ("everywhere", "interrupt"): ([], shows("interrupted"), []),
    ("everywhere", "redraw"): (["Ctrl-End"], same, []),
    ("chats", "nextChat"): (["Home"], other_chat, []),
    ("chats", "previousChat"): (["End"], other_chat, []),
    ("chats", "firstChat"): (["End"], other_chat, []),
    ("chats", "lastChat"): (["Home"], other_chat, []),
    ("chats", "openConversation"): ([], shows("Enter send"), ["Esc"]),
    ("chats", "filter"): ([], shows("Enter ok"), ["Esc"]),
    ("chats", "newChat"): ([], shows("─ New chat ─"), ["Esc"]),
    ("chats", "rename"): ([], shows("─ Rename ─"), ["Esc"]),
    ("chats", "stop"): (["End"], shows("stopped"), []),
    ("chats", "start"): (["End"], shows("started"), []),
    ("chats", "reset"): (["End"], shows("reset"), []),
    ("chats", "why"): ([], shows("─ why ─"), ["w"]),
    ("chats", "showArchive"): ([], shows("old"), ["a"]),
    ("chats", "restore"): (["a"], shows("restored"), ["a"]),
    ("chats", "purge"): ([], shows("─ Purge all chats ─"), ["Esc"]),
    ("chats", "help"): ([], shows("Everywhere"), ["Esc"]),
    ("conversation", "send"): (TALK + ["q"], shows("│   q"), ["Esc"]),
    ("conversation", "backToChats"): (TALK, shows("Enter write"), []),
    ("filter", "accept"): (["/", "e"], shows("Enter write"), ["/", "Esc"]),
    ("filter", "cancel"): (["/", "z"], hides("no chat has"), []),
    ("filter", "nextChat"): (["/"], looks_different, ["Esc"]),
    ("filter", "previousChat"): (["End", "/"], looks_different, ["Esc"]),
    ("search", "findOlder"): (["Ctrl-F", "7"], looks_different, ["Esc", "Esc"]),
    ("search", "findNewer"): (["Ctrl-F", "7", "Up", "Up"], looks_different, ["Esc", "Esc"]),
    ("search", "cancel"): (["Ctrl-F", "7"], hides("Search:"), ["Esc"]),
    ("help", "cancel"): (["F1"], hides("Everywhere"), []),
    ("help", "scrollUp"): (["F1", "j"], shows("Everywhere"), ["Esc"]),
    ("help", "scrollDown"): (["F1"], hides("Everywhere"), ["Esc"]),
    ("dialog", "accept"): (["P"], hides("─ Purge"), []),
    ("dialog", "cancel"): (["Ctrl-W"], hides("─ Retire"), []),
    ("dialog", "nextField"): (["Ctrl-W"], looks_different, ["Esc"]),
    ("dialog", "previousField"): (["Ctrl-W"], looks_different, ["Esc"]),
    # These leave the screen, and are looked at by themselves.
    ("everywhere", "suspend"): None,
    ("everywhere", "quit"): None,
    ("chats", "quit"): None,
}
