/// The twenty questions that an auditor asks (requirements, section 8).
public enum AuditQuestions {
  /// In the order in which auditors number them.
  public static let all = [
    "Show all erasure requests of the period, with receipt channel and time.",
    "When was the reply due, by which rule, and when was it sent?",
    "Which were extended, why, and was the notice sent in the first month?",
    "How was identity established, and was it proportionate?",
    "Who acted for minors or represented persons?",
    "Which ground of Art. 17(1) was accepted or rejected, per category?",
    "Which exceptions of Art. 17(3) were used, on which statute, until when?",
    "What is your complete list of systems, processors and recipients, and when was it last checked against reality?",
    "How do you know this plan covered all of them?",
    "Who drafted and who approved, and could one person do both?",
    "Show me proof of erasure in each system.",
    "What did you do when it failed?",
    "Were recipients informed? Did the processor confirm? What if it did not?",
    "And the backups?",
    "What happens after a restore or a re-delivery from a supplier?",
    "What about paper, USB sticks, laptops, mailboxes?",
    "What do you still hold on this person and why?",
    "What was the person told?",
    "Can anyone alter this log, and how would you notice?",
    "How long do you keep this evidence, does it contain personal data, and when is it erased?",
  ]
}
