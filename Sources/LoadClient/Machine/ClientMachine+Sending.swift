internal import LoadModel

extension ClientMachine {
  /// The program that a transaction runs; the staleness checker's are chosen by what its tenant's
  /// others do.
  @inline(__always)
  mutating func choose(
    _ kind: Int, at now: Int64, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger
  ) -> Program {
    switch plan.kinds[kind] {
    case .program(let program):
      return plan.programs[program]
    case .staleness(let write, let readWithRoute, let read, let bound):
      transaction.boundNanoseconds = bound
      transaction.isWriter = ledger.takesWrite(of: tenant, bound: bound, at: now)
      if transaction.isWriter { return plan.programs[write] }
      return plan.programs[ledger.asksForRoute ? readWithRoute : read]
    }
  }

  /// Draws a transaction's parameters.
  @inline(__always)
  mutating func draw(_ program: Program, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger) {
    switch program.counter {
    case .none:
      var place = 0
      for draw in program.draws {
        values[place] = random.number(in: plan.draws[Int(draw)])
        place += 1
      }
    case .tenants: values[0] = ledger.tenantCounter(tenant)
    case .connections: values[0] = ledger.connectionCounter(connection)
    }
  }

  /// Sends the present step.
  @inline(__always)
  mutating func send(at now: Int64, _ plan: ClientPlan, into out: inout [UInt8]) {
    phase = .answering
    transaction.sentAt = now
    put(Int(plan.steps[Int(transaction.step)].statement), plan, into: &out)
  }

  /// Appends a statement's messages, and awaits an answer.
  mutating func put(_ number: Int, _ plan: ClientPlan, into out: inout [UInt8]) {
    answer = Answer()
    let statement = plan.statements[number]
    if statement.prepared < 0 || !prepared.contains(Int(statement.prepared)) {
      out.append(statement.parse, of: plan.store)
    }
    // One check of the array's room, and of its owner, for all pieces.
    out.append(addingCapacity: Int(statement.mostBytes)) { output in
      let start = output.count
      for place in statement.pieces {
        let piece = plan.pieces[Int(place)]
        switch piece.content {
        case .bytes: output.append(piece.bytes, of: plan.store)
        case .digits: output.append(digitsOf: values[Int(piece.variable)])
        case .parameter: output.append(parameter: values[Int(piece.variable)])
        }
      }
      let end = output.count - Int(statement.following)
      output.put(length: end - start - 1, at: start + 1)
    }
  }
}
