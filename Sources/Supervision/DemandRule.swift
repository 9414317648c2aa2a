/// When a child is wanted.
///
/// A rule looks at what is so now. It is asked when the child is added, after each end of a run, and
/// before the child is stopped for want of demand; and whenever `Supervisor.reconsider` is called.
/// So whoever finds out that the answer may have changed calls that, and an announcement that comes
/// twice, late or in the middle of a stop does no harm. Nobody is asked while nothing happens.
public struct DemandRule {
  let isWanted: () -> Bool
  let lingering: Duration

  /// The child is wanted as long as it is supervised.
  public static var always: DemandRule { DemandRule { true } }

  /// The child is wanted while the condition holds.
  ///
  /// `lingering`: so long a running child is kept after the condition has ceased to hold. The
  /// condition is called on the supervisor's thread; it must not block, and must not call the
  /// supervisor.
  public static func whenever(
    lingering: Duration = .zero, _ condition: @escaping () -> Bool
  ) -> DemandRule {
    DemandRule(lingering: lingering, condition)
  }

  private init(lingering: Duration = .zero, _ condition: @escaping () -> Bool) {
    isWanted = condition
    self.lingering = lingering
  }
}
