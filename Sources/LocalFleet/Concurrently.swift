/// Does `work` for each element at the same time; the results keep the order of the elements.
///
/// The first error cancels the rest, and is thrown when all have ended.
func concurrently<Element: Sendable, Result: Sendable>(
  _ elements: [Element],
  _ work: @escaping @Sendable (Element) async throws(FleetError) -> Result
) async throws(FleetError) -> [Result] {
  do {
    return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      for (index, element) in elements.enumerated() {
        group.addTask { (index, try await work(element)) }
      }
      var results = [Result?](repeating: nil, count: elements.count)
      for try await (index, result) in group { results[index] = result }
      return results.compactMap { $0 }
    }
  } catch let error as FleetError {
    throw error
  } catch {
    throw .cancelled
  }
}
