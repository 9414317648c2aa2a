/// The version that all programs of this package report.
public enum ProgramVersion {
  public static let current = "0.1.0"
}
