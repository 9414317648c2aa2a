import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport

/// The endpoint of `Tests/endpoint/endpoint.py` on a port of its own.
final class RunningEndpoint {
  let folder: TemporaryDirectory
  let port: Int
  private let process: ProcessDescriptor

  /// `certificate`: PEM file with certificate and key, to speak TLS.
  init(certificate: FilePath? = nil) throws {
    let folder = try TemporaryDirectory()
    let script = TestPrograms.packageRoot.appending("Tests/endpoint/endpoint.py")
    guard let python = ExecutableSearch.find("python3", path: CurrentProcess.variable("PATH"))
    else {
      throw FaultError("python3 is not installed")
    }
    let more = certificate.map { ["--certificate", $0.string] } ?? []
    process = try Spawn.run(
      SpawnRequest(
        executable: python, arguments: ["python3", script.string, folder.path.string] + more,
        environment: CurrentProcess.environment())
    ).descriptor
    port = try eventually(within: patience, "the port of the endpoint") {
      text(of: folder.file("port")).flatMap { Int($0) }
    }
    self.folder = folder
  }

  deinit {
    try? process.signal(.kill)
    _ = eventually { (try? process.reap()) != nil }
  }

  var url: String { "http://127.0.0.1:\(port)/v1" }

  /// What was asked so far, with `path`, `headers` and `body`.
  var requests: [JSONObject] {
    (text(of: folder.file("requests")) ?? "").split(separator: "\n").compactMap {
      try? JSONObject.parse($0.utf8)
    }
  }

  /// A handler that asks this endpoint for `model`.
  func handler(
    _ model: String, _ options: [String] = [], in chat: TestChat,
    environment: [String: String] = [:]
  ) throws -> RunningHandler {
    let variables = ["WG_ENDPOINT": url, "WG_MODEL": model].merging(environment) { $1 }
    return try RunningHandler(["openai"] + options, in: chat, environment: variables)
  }
}
