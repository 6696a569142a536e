internal import LoadScenario

// The steps of what a mix can hold.
extension PlanBuilder {
  /// Appends what an entry of a load's mix runs.
  mutating func add(
    _ entry: WeightedTransaction, of load: Load, _ tables: TableSizes
  ) throws(ClientPlanError) -> Kind {
    switch entry.transaction {
    case .selectOnly: try add(BuiltInScripts.selectOnly(tables), entry, load)
    case .tpcbLike: try add(BuiltInScripts.tpcbLike(tables), entry, load)
    case .payload(let bytes):
      try add(BuiltInScripts.payload(entry.transaction, bytes: bytes), entry, load)
    case .script(let script): try add(script, entry, load)
    // The generator opens and closes; nothing is said in between.
    case .connect: .program(add([]))
    case .readYourWrite: .program(try addReadYourWrite(tier: entry.tier ?? load.tier, load))
    case .staleness(let bound): try addStaleness(bound: bound, load)
    }
  }

  /// A script's statements, by the entry's tier.
  private mutating func add(
    _ script: SQLScript, _ entry: WeightedTransaction, _ load: Load
  ) throws(ClientPlanError) -> Kind {
    if script.variables.count > ClientLimits.variables {
      throw .tooManyVariables(script: script.name, script.variables.count)
    }
    var own: [Step] = []
    for statement in script.statements {
      own.append(Step(statement: try add(statement), pausesAfter: load.thinkTime > .zero))
    }
    if let last = own.indices.last { own[last].pausesAfter = false }
    let steps = try bracketed(own, tier: entry.tier ?? load.tier, load)
    return .program(add(steps, drawing: script.variables.map(\.range)))
  }

  /// Writes by `strong` and reads by a tier.
  private mutating func addReadYourWrite(
    tier: String?, _ load: Load
  ) throws(ClientPlanError) -> Int {
    var steps: [Step] = []
    if load.tier != TierSQL.strong { steps.append(try change(to: TierSQL.strong, load)) }
    steps.append(Step(statement: try add(BuiltInScripts.increment), reading: .ownWrite))
    if tier != TierSQL.strong { steps.append(try change(to: tier, load)) }
    steps.append(Step(statement: try add(BuiltInScripts.read), reading: .ownRead))
    if tier != load.tier { steps.append(try change(to: load.tier, load)) }
    return add(steps, counter: .connections)
  }

  /// The three programs of the staleness checker.
  private mutating func addStaleness(
    bound: Duration, _ load: Load
  ) throws(ClientPlanError) -> Kind {
    let tier = TierSQL.bounded(bound)
    let read = Step(statement: try add(BuiltInScripts.read), reading: .counterRead)
    let withRoute = [
      Step(statement: try addSimple(TierSQL.begin)),
      Step(statement: try addSimple(TierSQL.setLocal(tier))),
      read,
      Step(statement: try addSimple(TierSQL.showRoute), reading: .route),
      Step(statement: try addSimple(TierSQL.commit)),
    ]
    let write = Step(statement: try add(BuiltInScripts.increment), reading: .counterWrite)
    return .staleness(
      write: add(try bracketed([write], tier: TierSQL.strong, load), counter: .tenants),
      readWithRoute: add(withRoute, counter: .tenants),
      read: add(try bracketed([read], tier: tier, load), counter: .tenants),
      boundNanoseconds: bound.nanoseconds)
  }

  /// Steps by a tier, in a session that has the load's before and after.
  private mutating func bracketed(
    _ steps: [Step], tier: String?, _ load: Load
  ) throws(ClientPlanError) -> [Step] {
    if tier == load.tier { return steps }
    return [try change(to: tier, load)] + steps + [try change(to: load.tier, load)]
  }

  /// The step to another tier, or back to the load's.
  private mutating func change(to tier: String?, _ load: Load) throws(ClientPlanError) -> Step {
    Step(
      statement: try addSimple(TierSQL.set(tier)), tierChange: tier == load.tier ? .back : .away)
  }
}
