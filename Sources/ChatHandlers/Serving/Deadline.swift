/// Instants of the monotonic clock, in nanoseconds, that lie ahead.
enum Deadline {
  /// A span after an instant; one beyond the end of time is that end.
  static func after(_ span: Int64, from instant: Int64) -> Int64 {
    let (sum, overflow) = instant.addingReportingOverflow(span)
    return overflow ? .max : sum
  }
}
