import DataPlane

/// Asks the workers, at most every ``APILimits/surveyAge``, however many want to know.
actor SurveyKeeper {
  private let router: DataPlane.Router
  private var newest: (survey: RouterSurvey, at: ContinuousClock.Instant)?
  private var asking: Task<RouterSurvey, Never>?

  init(_ router: DataPlane.Router) { self.router = router }

  /// What the workers know now, or knew a moment ago.
  func survey() async -> RouterSurvey {
    if let newest, newest.at.duration(to: .now) < APILimits.surveyAge { return newest.survey }
    if let asking { return await asking.value }
    let task = Task { [router] in await Self.ask(router) }
    asking = task
    let survey = await task.value
    asking = nil
    newest = (survey, .now)
    return survey
  }

  private static func ask(_ router: DataPlane.Router) async -> RouterSurvey {
    let inquiry = router.inquire()
    let deadline = ContinuousClock.now + APILimits.surveyWait
    while !inquiry.isAnswered, ContinuousClock.now < deadline {
      try? await Task.sleep(for: APILimits.surveyLook)
    }
    return inquiry.survey()
  }
}
