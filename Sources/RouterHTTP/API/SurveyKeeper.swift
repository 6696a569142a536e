import DataPlane

/// Asks the workers, at most every ``APILimits/surveyAge``, however many want to know.
actor SurveyKeeper {
  private let inquiry: RouterInquiry
  private var newest: (survey: RouterSurvey, at: ContinuousClock.Instant)?
  private var asking: Task<RouterSurvey, Never>?

  init(_ router: DataPlane.Router) { inquiry = router.inquiry() }

  /// What the workers know now, or knew a moment ago.
  func survey() async -> RouterSurvey {
    if let newest, newest.at.duration(to: .now) < APILimits.surveyAge { return newest.survey }
    if let asking { return await asking.value }
    let task = LoopExecutor.task { [inquiry] in await Self.ask(inquiry) }
    asking = task
    let survey = await task.value
    asking = nil
    newest = (survey, .now)
    return survey
  }

  private static func ask(_ inquiry: RouterInquiry) async -> RouterSurvey {
    inquiry.ask()
    let deadline = ContinuousClock.now + APILimits.surveyWait
    while !inquiry.isAnswered, ContinuousClock.now < deadline {
      await LoopExecutor.pause(APILimits.surveyLook)
    }
    return inquiry.survey()
  }
}
