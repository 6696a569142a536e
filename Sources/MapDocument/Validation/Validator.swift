internal import ShardMap

extension MapDocument {
  /// Looks for everything that is wrong with the document, not only the first.
  ///
  /// - Parameter previous: The map in force, whose versions, epochs and generations this one has to
  ///   go on from.
  /// - Returns: The findings in the order of the fields; none when the document may be compiled.
  /// - Complexity: linear in the size of both documents.
  public func validate(against previous: MapDocument? = nil) -> [MapFinding] {
    var validator = Validator(document: self)
    validator.checkNumbers()
    validator.checkTopology()
    validator.checkShards()
    validator.checkPolicies()
    validator.checkPools()
    validator.checkTenants()
    if let previous { validator.checkHistory(since: previous) }
    return validator.findings
  }
}

/// Walks a document and collects findings. Its rules are in extensions, one file a subject.
struct Validator {
  let document: MapDocument
  private(set) var findings: [MapFinding] = []

  init(document: MapDocument) {
    self.document = document
  }

  mutating func add(_ finding: MapFinding) {
    findings.append(finding)
  }

  mutating func find(_ path: String, _ message: String, hint: String) {
    add(MapFinding(path: path, message: message, hint: hint))
  }

  mutating func checkNumbers() {
    checkVersion(document.mapVersion, "mapVersion")
    if document.issuedAt.millisecondsSince1970 < 0 {
      find("issuedAt", "the time is before 1970", hint: "give the time at which the map was issued")
    }
  }

  /// Versions begin with 1, so that 0 is free to mean "none yet".
  mutating func checkVersion(_ version: UInt64, _ path: String) {
    if version == 0 { find(path, "the number is 0", hint: "begin with 1") }
  }

  mutating func checkLimit(_ count: Int, _ limit: Int, _ path: String) {
    if count > limit {
      find(path, "there are \(count) of them, and the limit is \(limit)", hint: "split the fleet")
    }
  }

  /// Checks the form of ids of one kind, and that each is there once.
  mutating func checkIDs(_ ids: some Sequence<(path: String, id: String)>, kind: String) {
    var places: [String: String] = [:]
    for (path, id) in ids {
      if !MapNames.isIdentifier(id) {
        find(
          path, "\"\(id)\" is no valid id",
          hint: MapNames.identifierHint)
      }
      if let first = places[id] {
        find(path, "\"\(id)\" is also the id at \(first)", hint: "give each \(kind) its own id")
      } else {
        places[id] = path
      }
    }
  }

  mutating func checkReference(
    _ id: String, in known: Set<String>, _ path: String, kind: String
  ) {
    if !known.contains(id) {
      find(path, "there is no \(kind) \"\(id)\"", hint: "add it or name one that exists")
    }
  }
}
