internal import ConfigurationFile

extension ScenarioYAML.Transaction {
  /// The names of built-in transactions.
  private enum BuiltIn: String, CaseIterable {
    case selectOnly = "select-only"
    case tpcbLike = "tpcb-like"
    case payload
    case readYourWrite = "read-your-write"
    case staleness
    case connect
  }

  /// The transaction, or the first field that can't be read.
  func checked(
    _ path: String, in folder: ScenarioFolder
  ) throws(FieldError) -> WeightedTransaction {
    let transaction = try kind(path, in: folder)
    if case .staleness = transaction, consistency != nil {
      throw FieldError("\(path).consistency", "is for others: staleness reads by its own bound")
    }
    return WeightedTransaction(transaction, weight: weight ?? 1, tier: consistency)
  }

  private func kind(
    _ path: String, in folder: ScenarioFolder
  ) throws(FieldError) -> TransactionKind {
    guard bytes == nil || run == BuiltIn.payload.rawValue else {
      throw FieldError("\(path).bytes", "is for run: payload only")
    }
    guard bound == nil || run == BuiltIn.staleness.rawValue else {
      throw FieldError("\(path).bound", "is for run: staleness only")
    }
    if let sql {
      guard run == nil else { throw FieldError("\(path).sql", "can't stand beside run") }
      return .script(try folder.script(sql, "\(path).sql"))
    }
    guard let run else {
      throw FieldError(path, "needs run (\(Configured.names(BuiltIn.allCases))) or sql, a file")
    }
    switch try Configured.name(run, "\(path).run", BuiltIn.selectOnly) {
    case .selectOnly: return .selectOnly
    case .tpcbLike: return .tpcbLike
    case .readYourWrite: return .readYourWrite
    case .connect: return .connect
    case .payload: return .payload(bytes: try size("\(path).bytes"))
    case .staleness:
      guard let bound else {
        throw FieldError("\(path).bound", "is needed: how old an answer may be, as 500ms")
      }
      return .staleness(bound: try Configured.time(bound, "\(path).bound", .zero, .zero))
    }
  }

  private func size(_ path: String) throws(FieldError) -> Int {
    guard let bytes else { throw FieldError(path, "is needed, as 64B, 16KiB or 1MiB") }
    guard let size = Quantity(bytes)?.bytes else {
      throw FieldError(path, "\"\(bytes)\" must be a size, as 64B, 16KiB or 1MiB")
    }
    return size
  }
}
