import Routing
import ShardMap

/// The instances of the map in force: who is probed.
extension Prober where K: ~Copyable {
  /// Takes the map that is in force now. Connections to instances that are in both maps go on.
  mutating func takeEdition() {
    let newest = context.mapSlot.edition
    guard newest.map !== edition.map, !isStopping else { return }
    let isSameCatalog = newest.samples === edition.samples
    edition = newest
    if !isSameCatalog { takeInstances() }
  }

  /// Gives each instance of the map a slot, and lets go of those that are not in it any more.
  mutating func takeInstances() {
    let map = edition.map
    var known: [InstanceKey: Int] = [:]
    for number in slots.indices where slots[number].life.isCurrent {
      known[slots[number].key] = number
    }
    let numbers = map.instanceIndices.map { index in
      let key = InstanceKey(index, in: map)
      let number = known.removeValue(forKey: key) ?? newSlot(key, at: index)
      slots[number].life = .current(index)
      slots[number].duty = .spare
      slots[number].machine.moment = rules.timetable.moment(of: map.string(map.instance(index).id))
      return number
    }
    for number in known.values.sorted() { retire(number) }
    assignDuties(numbers)
    growTimers()
    for number in numbers { setAlarm(number) }
  }

  private mutating func newSlot(_ key: InstanceKey, at index: InstanceIndex) -> Int {
    let moment = rules.timetable.moment(of: edition.map.string(edition.map.instance(index).id))
    let slot = ProbeSlot(
      key: key, life: .current(index),
      machine: ProbeMachine(rules, moment: moment, now: kernel.now))
    if let number = freeSlots.popLast() {
      slots[number] = slot
      return number
    }
    slots.append(slot)
    return slots.count - 1
  }

  /// Says what each instance is in its shard. What is known of a shard stays with its primary.
  private mutating func assignDuties(_ numbers: [Int]) {
    let map = edition.map
    let old = Dictionary(proofs.map { ($0.primary, $0) }, uniquingKeysWith: { one, _ in one })
    proofs = []
    for (shard, record) in map.shardRecords.enumerated() {
      let primary = numbers[Int(record.primary.rawValue)]
      let replicas = map.replicas(of: record).map { numbers[Int($0.rawValue)] }
      let name = map.string(record.id)
      assign(primary, .primary(shard), moment: rules.timetable.moment(of: name))
      for number in replicas {
        assign(number, .replica(shard), moment: rules.timetable.replicaMoment(of: name))
      }
      proofs.append(
        old[primary]?.carried(to: replicas) ?? ShardProof(primary: primary, replicas: replicas))
    }
    for shard in proofs.indices { weighAll(of: shard) }
    for number in numbers { publish(number) }
  }

  private mutating func assign(_ number: Int, _ duty: ProbeSlot.Duty, moment: UInt64) {
    slots[number].duty = duty
    slots[number].machine.moment = moment
  }

  /// Ends a slot's connection; the slot is free when that has ended.
  mutating func retire(_ number: Int) {
    guard slots[number].life.isCurrent else { return }
    slots[number].life = .retired
    perform(slots[number].machine.end(), number)
  }

  /// Gives a slot back of which nothing is under way.
  mutating func free(_ number: Int) {
    slots[number].life = .free
    timers.clear(UInt32(number))
    freeSlots.append(number)
  }

  /// Makes room for the alarms of all slots.
  private mutating func growTimers() {
    guard slots.count > timerCapacity else { return }
    timerCapacity = 2 * slots.count
    timers = TimerWheel(capacity: timerCapacity, now: kernel.now)
    for number in slots.indices where slots[number].life.isCurrent { setAlarm(number) }
  }
}
