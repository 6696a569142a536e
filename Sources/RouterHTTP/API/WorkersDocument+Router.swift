import Admission
import DataPlane
import RouterAPI

extension WorkersDocument {
  /// The workers that have answered a survey, with what they count.
  init(_ router: DataPlane.Router, _ survey: RouterSurvey) {
    let reports = router.reports
    self.init(
      workers: survey.workers.map { worker in
        let report = reports[worker.number]
        return Worker(
          number: worker.number, label: worker.label, core: worker.core, sessions: worker.sessions,
          servers: worker.servers, overload: report.overload.last.level.name,
          counters: Dictionary(
            uniqueKeysWithValues: WorkerCounter.allCases.map { ($0.name, report.count($0)) }))
      })
  }
}

extension ConfigDocument {
  /// The settings of a router.
  init(_ router: DataPlane.Router) {
    self.init(
      settings: router.settingsInForce.map {
        Setting(
          key: $0.key, value: $0.value, standard: $0.standard, isReloadable: $0.isReloadable)
      })
  }
}
