public import ChatStorage
public import JSONLines
public import Settings
public import TaskGraph

/// The chats of a project: the graph's rows together with the files that belong to them.
///
/// Works the same whether a dispatcher runs or not. Each step can be repeated: what is done already
/// is left alone.
public struct ChatCatalog {
  public let layout: ProjectLayout
  public let graph: GraphFile
  let sessions: SessionRegistry
  let tombstones: TombstoneStore
  let states: ChatStateStore
  let coordinatorStates: CoordinatorStateFiles
  let patience: Patience
  let report: (Problem) -> Void

  /// Touches no file.
  ///
  /// `report` is told what was passed over in the files.
  public init(
    layout: ProjectLayout, patience: Patience = .unlimited,
    report: @escaping (Problem) -> Void = { _ in }
  ) {
    self.layout = layout
    self.report = report
    self.patience = patience
    graph = GraphFile(path: layout.graph, lock: layout.graphLock)
    sessions = SessionRegistry(layout, patience: patience, report: report)
    tombstones = TombstoneStore(layout, patience: patience, report: report)
    states = ChatStateStore(layout, report: report)
    coordinatorStates = CoordinatorStateFiles(layout)
  }

  /// The settings that count, as the files have them now.
  public var configuration: Configuration {
    .read(.ofThisProcess(project: layout.config))
  }

  /// The chats' rows; bad rows are reported.
  func rows() throws(StorageError) -> [ChatRow] {
    let (rows, problems) = try graph.chatRows()
    problems.forEach(report)
    return rows
  }
}
