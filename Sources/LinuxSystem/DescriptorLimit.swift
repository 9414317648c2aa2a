internal import Glibc
public import SystemPackage

/// How many descriptors this process may have open.
///
/// `getrlimit(2)`.
public enum DescriptorLimit {
  /// Raises the soft limit to the hard one, for a program that holds several for each child.
  ///
  /// Returns the limit that holds now. Programs started later inherit it.
  @discardableResult
  public static func raise() throws(Errno) -> UInt64 {
    var limit = rlimit()
    try systemCall { getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
    if limit.rlim_cur < limit.rlim_max {
      limit.rlim_cur = limit.rlim_max
      try systemCall { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
    }
    return UInt64(limit.rlim_cur)
  }

  /// The limit that `raise` would come to.
  public static func highest() throws(Errno) -> UInt64 {
    var limit = rlimit()
    try systemCall { getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
    return UInt64(limit.rlim_max)
  }
}
