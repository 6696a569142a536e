internal import Glibc
public import LoadScenario

/// Whom a connection is for, drawn by the shares of a load.
public struct TenantDraw: Sendable {
  private let weights: [Double]
  private let table: AliasTable

  /// A draw among the tenants of a choice, of which there is at least one.
  ///
  /// - Complexity: O(n).
  public init(_ choice: TenantChoice) {
    weights =
      switch choice {
      case .uniform(let names): Array(repeating: 1, count: names.count)
      case .zipf(let names, let exponent): names.indices.map { pow(Double($0 + 1), -exponent) }
      case .weighted(let tenants): tenants.map(\.weight)
      }
    table = AliasTable(weights: weights)
  }

  /// The index in ``TenantChoice/names`` of the next one.
  ///
  /// - Complexity: O(1), no allocation.
  public mutating func next(_ random: inout RandomSource) -> Int { table.next(&random) }

  /// Tenants for connections that are opened together, each as often as its share says: rounded
  /// down or up, never further away, and so that each tenant's expected number is exactly its
  /// share. The order is shuffled.
  ///
  /// This is systematic sampling: points at equal distances along the sum of the weights, from a
  /// random beginning. The largest remainder instead would never give a connection to any of 10,000
  /// small tenants.
  ///
  /// - Complexity: O(n + connections).
  public func assignment(connections: Int, random: inout RandomSource) -> [Int] {
    let distance = weights.reduce(0, +) / Double(connections)
    let beginning = 1 - random.unit()
    var tenants: [Int] = []
    tenants.reserveCapacity(connections)
    var sum = 0.0
    for (tenant, weight) in weights.enumerated() {
      sum += weight
      while tenants.count < connections, (Double(tenants.count) + beginning) * distance < sum {
        tenants.append(tenant)
      }
    }
    // Rounding may leave the last points beyond the sum.
    while tenants.count < connections { tenants.append(weights.count - 1) }
    tenants.shuffle(using: &random)
    return tenants
  }
}
