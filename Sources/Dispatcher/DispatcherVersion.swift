/// The version that every program of the package reports.
public enum DispatcherVersion {
  public static let text = "0.1.0"
}
