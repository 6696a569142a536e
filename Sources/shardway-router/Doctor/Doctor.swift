import ConfigurationFile
import Console
import DataPlane
import Foundation
import RouterHTTP
import ShardMap

/// Looks at everything that a router depends on, and says what to do about what is wrong.
///
/// It reads, connects to the servers of the map, and tries addresses; it changes nothing and logs in nowhere.
struct Doctor {
  /// What a whole examination has found.
  struct Report: Encodable {
    let findings: [Finding]

    /// Whether a router would do its work.
    var isFit: Bool { !findings.contains { $0.verdict == .failure } }
  }

  let path: String
  let override: PoolOverride

  func examine() -> Report {
    let file: RouterFile
    do throws(ConfigurationError) {
      file = try RouterFile.load(path, override)
    } catch {
      return Report(findings: [
        .failure("configuration", "\(error)", "Config/router.yaml is a sample")
      ])
    }
    var findings = [Finding.good("configuration", "\(path) is good")]
    findings += MachineCheck(facts: .gather(), settings: file.settings).findings
    findings += certificates(file.settings)
    findings += addresses(file)
    let (map, found) = MapCheck(settings: file.settings).run()
    findings += found
    if let map {
      findings += home(file, map)
      findings += ShardCheck.asking(map, file.settings).findings
    }
    return Report(findings: findings)
  }

  private func certificates(_ settings: RouterSettings) -> [Finding] {
    let material = TLSMaterial(of: settings)
    guard !material.certificates.isEmpty else { return [] }
    let warnings = CertificateWarning.all(material, at: .now)
    guard !warnings.isEmpty else {
      return [.good("certificates", "\(material.certificates.count) hold for 14 days and more")]
    }
    return warnings.map {
      .warning("certificates", $0, "put the new files in their place: no restart is needed")
    }
  }

  private func home(_ file: RouterFile, _ map: CompiledMap) -> [Finding] {
    guard let home = file.settings.home else { return [] }
    do throws(ConfigurationError) {
      try file.checkHome(against: map)
      return [.good("pool", "\(home.pool) is in the map")]
    } catch {
      return [.failure("pool", "\(error)", "shardway pool get \(home.pool)")]
    }
  }

  /// Whether the router could listen where it is to, or does already.
  private func addresses(_ file: RouterFile) -> [Finding] {
    let settings = file.settings
    let others = [
      settings.admin?.address, settings.http?.address, file.health?.http, file.health?.tcp,
    ]
    let all = settings.listeners.map(\.address) + others.compactMap { $0 }
    return all.filter { $0.port != 0 }.map { address in
      switch PlainSocket.bindingFault(at: address) {
      case nil: .good("address", "\(address) is free")
      case EADDRINUSE:
        .warning(
          "address", "\(address) is taken",
          "by the router itself, if it runs; else stop what listens there")
      case EACCES:
        .failure(
          "address", "\(address) is not for this user",
          "a port from 1024 on, or AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit")
      case let code?:
        .failure(
          "address", "\(address): \(String(cString: strerror(code)))",
          "name an address of this machine")
      }
    }
  }
}

extension Doctor.Report {
  /// The report as a script reads it.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Text and names of cases always encode.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// The report as a person reads it: a line for each finding, and what to do below what is wrong.
  func lines(_ terminal: Terminal) -> [String] {
    let width = findings.map(\.subject.count).max() ?? 0
    var lines: [String] = []
    for finding in findings {
      let subject = finding.subject.padding(toLength: width, withPad: " ", startingAt: 0)
      lines.append("\(terminal.mark(finding.verdict))  \(subject)  \(finding.fact)")
      if let advice = finding.advice {
        lines.append(
          String(repeating: " ", count: 6 + width + 2) + terminal.styled("→ \(advice)", .faint))
      }
    }
    let wrong = findings.count { $0.verdict == .failure }
    let doubtful = findings.count { $0.verdict == .warning }
    lines.append("")
    lines.append(
      isFit
        ? terminal.styled("fit for a router", .good)
          + (doubtful > 0 ? ", \(doubtful) warning(s)" : "")
        : terminal.styled("\(wrong) of \(findings.count) checks failed", .bad))
    return lines
  }
}

extension Terminal {
  fileprivate func mark(_ verdict: Finding.Verdict) -> String {
    switch verdict {
    case .good: styled("ok  ", .good)
    case .warning: styled("warn", .heading)
    case .failure: styled("FAIL", .bad)
    }
  }
}
