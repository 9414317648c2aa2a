/// What a key, or a click, asks for.
enum Action: String, CaseIterable, Sendable {
  case help, switchFocus, why, redraw, suspend, quit
  case nextChat, previousChat, firstChat, lastChat, openConversation, backToChats
  case filter, search, showArchive
  case newChat, rename, retire, stop, start, reset, restore, interrupt, purge
  case scrollUp, scrollDown, scrollToTop, scrollToEnd
  case send
  case findOlder, findNewer
  case accept, cancel, nextField, previousField
}
