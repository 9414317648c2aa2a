internal import Glibc

/// What a crash would leave of this process's memory.
public enum CoreDump {
  /// From now on nothing: for a process that has been told a secret.
  ///
  /// Programs started later inherit it. systemd-coredump(8) goes by the same limit. `setrlimit(2)`.
  public static func forbid() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  }
}
