/// Tables and keys that other programs of the project read, and that have no meaning here.
///
/// They are named as such, so that nobody wonders, and are no near miss of anything.
enum ForeignSettings {
  static let dispatcherKeys: Set<String> = [
    "max_agents", "poll_interval", "safety_interval", "interval", "graph_watch_enabled",
    "graph_watch_debounce_ms", "settling_delay_ms", "max_coordinators", "max_chats",
    "archive_retention_days", "registry_refresh_interval",
  ]

  static let tables: Set<String> = [
    "agent", "agency", "chat", "project", "tasks", "log", "help", "matrix", "native_executor",
    "mcp", "tiers", "guardrails", "openrouter", "llm_endpoints", "profiles", "viz", "messaging",
    "compactor", "worktree", "replay",
  ]
}
