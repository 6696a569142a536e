internal import ConfigurationFile
internal import LoadGenerator
internal import LoadReport
internal import LocalFleet

/// Why a command could not do what it was asked for: exit status 2.
///
/// `description` is meant to be shown to a person as it is.
enum BenchError: Error, Sendable, CustomStringConvertible {
  /// A scenario's file, which says where the fault is.
  case scenario(ConfigurationError)
  /// Neither the command line nor the scenario says where the load goes.
  case noTarget(scenario: String)
  /// Faults that only a local fleet can suffer, for a target that is none.
  case needsFleet(faults: [String])
  /// The scenario can't be used for what is asked.
  case unfit(scenario: String, reason: String)
  /// What the command line asks for does not fit the scenario.
  case field(FieldError)
  /// The load could not be made.
  case load(LoadError)
  /// The local fleet could not be started or used.
  case fleet(FleetError)
  /// A file of results could not be used.
  case resultFile(ResultFileError)
  /// Something of the machine could not be read or written.
  case file(path: String, reason: String)
  /// The null server could not be started.
  case backend(reason: String)

  var description: String {
    switch self {
    case .scenario(let error): "\(error)"
    case .noTarget(let scenario):
      "\(scenario) names no target: --fleet starts a local fleet for it, --target HOST:PORT takes"
        + " what listens there"
    case .needsFleet(let faults):
      "\(faults.joined(separator: ", ")) can be done to a local fleet only: use --fleet, or take"
        + " what needs one out of `faults`"
    case .unfit(let scenario, let reason): "\(scenario): \(reason)"
    case .field(let error): "\(error.field): \(error.text)"
    case .load(let error): "\(error)"
    case .fleet(let error): "\(error)"
    case .file(let path, let reason): "\(path): \(reason)"
    case .resultFile(let error): "\(error)"
    case .backend(let reason): reason
    }
  }
}
