import Routing
import ShardMap

/// What the probes of this router know, as the resolver asks for it.
struct ProbedSamples: SampleSource {
  let board: SampleBoard
  let isProbing: Bool

  func sample(of instance: InstanceIndex) -> InstanceSample? { board.read(instance) }
}
