"""What people are told of submissions, kind by kind, in words."""

from __future__ import annotations

from typing import Final

from ayan.apps.outbox.message_kind import MessageKind
from ayan.core.values.label import Label

_SENDER: Final = Label(
    "فرستنده و آغازکننده؛ برای پروندهٔ خودکار مسئول داده",
    "Who sent and began it; of an automatic file the owner of the dataset",
)
_APPROVERS: Final = Label("کسانی که می‌توانند تأیید کنند", "Those who may approve it")


def _kind(code: str, when: Label, to: Label, subject: Label, words: Label, *, urgent: bool = False) -> MessageKind:
    return MessageKind(code=code, when=when, to=to, subject=subject, words=words, urgent=urgent)


SENT: Final = _kind(
    "submission.sent",
    Label("پرونده‌ای برای تأیید فرستاده شد", "A submission is sent for approval"),
    _APPROVERS,
    Label("«{what}» منتظر تأیید شماست", "“{what}” waits for your approval"),
    Label(
        "پروندهٔ «{what}» فرستاده شد و منتظر تأیید شماست.",
        "A submission of “{what}” was sent and waits for your approval.",
    ),
)
NOBODY: Final = _kind(
    "submission.nobody",
    Label("پرونده‌ای فرستاده شد که هیچ‌کس نمی‌تواند تأییدش کند", "A submission is sent that nobody may approve"),
    Label("فرستنده و مدیران سامانه", "The sender and the administrators"),
    Label("کسی نیست که «{what}» را تأیید کند", "Nobody can approve “{what}”"),
    Label(
        "پروندهٔ «{what}» فرستاده شد، ولی هیچ‌کس اختیار تأیید آن را ندارد. مدیر سامانه باید تأییدکننده‌ای بگذارد.",
        "A submission of “{what}” was sent, but nobody may approve it. The administrator has to name an approver.",
    ),
    urgent=True,
)
APPROVED: Final = _kind(
    "submission.approved",
    Label("تأییدی داده شد و تأیید دیگری لازم است", "One approval is given and another is needed"),
    _SENDER,
    Label("«{what}» یک تأیید گرفت", "“{what}” was approved once"),
    Label("پروندهٔ «{what}» تأیید شد و منتظر تأیید دیگری است.", "“{what}” was approved and waits for another approval."),
)
WAITS: Final = _kind(
    "withdrawal.approved",
    Label(
        "برداشتن ردیف‌های بسیار تأیید شد و ده دقیقه می‌ماند",
        "The withdrawal of many rows is approved and waits ten minutes",
    ),
    Label("کسی که خواسته و فرستندهٔ انتشار", "Who asked for it, and who sent the release"),
    Label("برداشتن «{what}» تأیید شد", "The withdrawal of “{what}” is approved"),
    Label(
        "برداشتن «{what}» تأیید شد و ده دقیقه پس از تأیید انجام می‌شود. تا آن هنگام می‌توان آن را نگه داشت.",
        "The withdrawal of “{what}” is approved and takes place ten minutes later. Until then it can be stopped.",
    ),
    urgent=True,
)
RETURNED: Final = _kind(
    "submission.returned",
    Label("پرونده‌ای برای اصلاح برگردانده شد", "A submission is returned"),
    _SENDER,
    Label("«{what}» برای اصلاح برگشت", "“{what}” was returned"),
    Label(
        "پروندهٔ «{what}» برگردانده شد. آنچه باید درست شود در صفحهٔ آن نوشته است.",
        "“{what}” was returned. What has to be put right stands on its page.",
    ),
)
REFUSED: Final = _kind(
    "submission.refused",
    Label("پرونده‌ای رد شد", "A submission is refused"),
    _SENDER,
    Label("«{what}» رد شد", "“{what}” was refused"),
    Label("پروندهٔ «{what}» رد شد. علت در صفحهٔ آن نوشته است.", "“{what}” was refused. The reason stands on its page."),
)
BATCH_SENT: Final = _kind(
    "batch.sent",
    Label("پرونده‌های یک دسته با هم برای تأیید فرستاده شد", "Files of a batch are sent for approval together"),
    _APPROVERS,
    Label("{n} پروندهٔ «{title}» منتظر تأیید شماست", "Files of “{title}” wait for your approval: {n}"),
    Label(
        "{n} پروندهٔ «{title}» با هم فرستاده شد و منتظر تأیید شماست.",
        "Files of “{title}” were sent together and wait for your approval: {n}.",
    ),
)
BATCH_NOBODY: Final = _kind(
    "batch.nobody",
    Label(
        "پرونده‌های یک دسته فرستاده شد و هیچ‌کس نمی‌تواند تأییدشان کند",
        "Files of a batch are sent that nobody may approve",
    ),
    Label("فرستنده و مدیران سامانه", "The sender and the administrators"),
    Label("کسی نیست که «{title}» را تأیید کند", "Nobody can approve “{title}”"),
    Label(
        "{n} پروندهٔ «{title}» فرستاده شد، ولی هیچ‌کس اختیار تأیید آن‌ها را ندارد. مدیر سامانه باید تأییدکننده‌ای بگذارد.",
        "Files of “{title}” were sent, but nobody may approve them: {n}. The administrator has to name an approver.",
    ),
    urgent=True,
)
BATCH_APPROVED: Final = _kind(
    "batch.approved",
    Label("پرونده‌های یک دسته تأیید شد و تأیید دیگری لازم است", "Files of a batch are approved and need another yes"),
    _SENDER,
    Label("{n} پروندهٔ «{title}» یک تأیید گرفت", "Files of “{title}” were approved once: {n}"),
    Label(
        "{n} پروندهٔ «{title}» تأیید شد و منتظر تأیید دیگری است.",
        "Files of “{title}” were approved and wait for another approval: {n}.",
    ),
)
BATCH_RELEASED: Final = _kind(
    "batch.released",
    Label("آنچه از یک دسته تأیید شده بود منتشر شد", "What was approved of a batch is published"),
    Label(
        "فرستنده و آغازکننده، و هر که از پیش تأیید کرده بود",
        "Who sent and began it, and whoever approved it in advance",
    ),
    Label("{n} پروندهٔ «{title}» منتشر شده است", "Files of “{title}” are published: {n}"),
    Label(
        "از پرونده‌هایی که با هم برای «{title}» دادید، {n} پرونده منتشر شده است.",
        "Of the files of “{title}” that were given together so many are published: {n}.",
    ),
)
RELEASED: Final = _kind(
    "submission.released",
    Label("پرونده‌ای منتشر شد", "A submission is published"),
    Label(
        "فرستنده و آغازکننده، و هر که از پیش تأیید کرده بود",
        "Who sent and began it, and whoever approved it in advance",
    ),
    Label("«{what}» منتشر شد", "“{what}” is published"),
    Label("پروندهٔ «{what}» منتشر شد.", "“{what}” is published."),
)
BROUGHT_BACK: Final = _kind(
    "submission.brought-back",
    Label(
        "پروندهٔ تأییدشده دیگر به همان شکل منتشرشدنی نیست", "What was approved can no longer be published as it was seen"
    ),
    Label("فرستنده و تأییدکنندگان آن", "The sender, and who had approved it"),
    Label("«{what}» منتشر نشد", "“{what}” was not published"),
    Label(
        "پروندهٔ «{what}» پس از تأیید منتشر نشد و به فرستنده برگشت. علت در صفحهٔ آن است.",
        "“{what}” was not published after its approval and went back to its sender. The reason stands on its page.",
    ),
    urgent=True,
)
STUCK: Final = _kind(
    "submission.stuck",
    Label(
        "انتشار، برداشتن یا پس گرفتن به اشکال سامانه برخورد", "Publishing, withdrawing or taking back met with a fault"
    ),
    Label("فرستنده، تأییدکنندگان آن و مدیران سامانه", "The sender, who approved it, and the administrators"),
    Label("کار «{what}» ناتمام ماند", "The work on “{what}” is unfinished"),
    Label(
        "آنچه دربارهٔ «{what}» تأیید شده بود به اشکال سامانه برخورد و انجام نشد. در صفحهٔ آن دوباره بکوشید.",
        "What was approved about “{what}” met with a fault of the system and was not done. Try again on its page.",
    ),
    urgent=True,
)
TAKEN_BACK: Final = _kind(
    "submission.taken-back",
    Label("انتشاری در ده دقیقه پس گرفته شد", "A release is taken back within ten minutes"),
    Label("فرستنده و تأییدکنندگان آن", "The sender, and who had approved it"),
    Label("«{what}» پس گرفته شد", "“{what}” was taken back"),
    Label("انتشار «{what}» پس گرفته شد.", "The release of “{what}” was taken back."),
)
FREED: Final = _kind(
    "submission.freed",
    Label(
        "رئیس واحد یا مدیر پرونده‌ای نیمه‌کاره را کنار گذاشت",
        "A head of unit or administrator sets an unfinished one aside",
    ),
    _SENDER,
    Label("پروندهٔ شما برای «{what}» کنار گذاشته شد", "Your submission of “{what}” was set aside"),
    Label(
        "پروندهٔ نیمه‌کارهٔ شما برای «{what}» کنار گذاشته شد تا دیگری بتواند همان دوره را بفرستد.",
        "Your unfinished submission of “{what}” was set aside, so that another of the same period can be sent.",
    ),
)
QUIET: Final = _kind(
    "submission.quiet",
    Label(
        "هفت روز کاری با پروندهٔ نیمه‌کاره نشده است؛ سپس هر هفته",
        "Nothing was done with an unfinished one for seven days; then every week",
    ),
    _SENDER,
    Label("پروندهٔ شما برای «{what}» نیمه‌کاره مانده است", "Your submission of “{what}” is unfinished"),
    Label(
        "پروندهٔ «{what}» نیمه‌کاره مانده و تا تمام نشود یا کنار گذاشته نشود کسی نمی‌تواند همان دوره را بفرستد.",
        "The submission of “{what}” is unfinished, and nobody else can send that period until it ends or is set aside.",
    ),
)
HELD_LONG: Final = _kind(
    "submission.held-long",
    Label(
        "دو هفته کاری با پروندهٔ نیمه‌کاره نشده است؛ سپس هر هفته",
        "Nothing was done with an unfinished one for two weeks; then every week",
    ),
    Label(
        "رئیس واحد؛ اگر نیست، کسانی که می‌توانند کنارش بگذارند",
        "The head of the unit; where there is none, those who may set it aside",
    ),
    Label("«{what}» هنوز در دست کسی است", "“{what}” is still in somebody’s hands"),
    Label(
        "پروندهٔ «{what}» دو هفته است که نیمه‌کاره مانده. می‌توانید در صفحهٔ «دوره‌های در جریان» کنارش بگذارید.",
        "The submission of “{what}” has been unfinished for two weeks. You can set it aside on the page of periods "
        "in hand.",
    ),
)
COMMENTED: Final = _kind(
    "submission.comment",
    Label("کسی در گفت‌وگوی پرونده‌ای نوشت", "Somebody writes in the talk about a submission"),
    Label(
        "فرستنده، و هر که در آن گفت‌وگو نوشته یا دربارهٔ پرونده نظر داده؛ اگر کسی نبود، تأییدکنندگان",
        "The sender, and whoever wrote there or judged it; the approvers where nobody did",
    ),
    Label("پیامی دربارهٔ «{what}»", "A comment on “{what}”"),
    Label("دربارهٔ پروندهٔ «{what}» پیامی برای شما نوشته‌اند.", "Somebody wrote to you about the submission of “{what}”."),
)
UNREAD: Final = _kind(
    "submission.unread",
    Label("پرونده‌ای خوانده یا سنجیده نشد", "A file could not be read or checked"),
    _SENDER,
    Label("پروندهٔ «{what}» خوانده نشد", "The file of “{what}” could not be read"),
    Label("پروندهٔ «{what}» خوانده نشد. {said}", "The file of “{what}” could not be read. {said}"),
)
UNREAD_ANYHOW: Final = Label("علت در صفحهٔ آن نوشته است.", "The reason stands on its page.")
HELD: Final = _kind(
    "submission.held",
    Label("پرونده‌ای برای حریم خصوصی نگه داشته شد", "The privacy guard holds a submission"),
    Label("مسئول حریم خصوصی؛ اگر نیست، مدیران سامانه", "The privacy officer; where there is none, the administrators"),
    Label("«{what}» برای حریم خصوصی نگه داشته شده است", "“{what}” is held for privacy"),
    Label(
        "در پروندهٔ «{what}» چیزی یافت شد که شاید نباید منتشر شود. آن را ببینید و نظر دهید.",
        "Something was found in “{what}” that may not be for publication. Look at it and decide.",
    ),
    urgent=True,
)
HELD_OF_YOURS: Final = _kind(
    "submission.held-of-yours",
    Label("پرونده‌ای برای حریم خصوصی نگه داشته شد", "The privacy guard holds a submission"),
    _SENDER,
    Label("«{what}» برای حریم خصوصی نگه داشته شده است", "“{what}” is held for privacy"),
    Label(
        "پروندهٔ «{what}» نگه داشته شده است. آن را درست کنید یا منتظر نظر مسئول حریم خصوصی بمانید.",
        "“{what}” is held. Put it right, or wait for the privacy officer.",
    ),
)
WAIVED: Final = _kind(
    "submission.waived",
    Label("مسئول حریم خصوصی برای یافته‌ای اجازهٔ انتشار داد", "The privacy officer waives a privacy hit"),
    _SENDER,
    Label("دربارهٔ حریم خصوصی «{what}» نظر داده شد", "A decision on privacy in “{what}”"),
    Label(
        "مسئول حریم خصوصی یافته‌ای را در «{what}» دید و اجازهٔ انتشار داد. پرونده دوباره سنجیده می‌شود.",
        "The privacy officer looked at a privacy hit in “{what}” and waived it. The file is being checked again.",
    ),
)
UNBALANCED: Final = _kind(
    "submission.unbalanced",
    Label("موازنه‌ای جلوی انتشار پرونده‌ای را گرفت", "A balance holds a submission back"),
    Label("حسابرس‌ها و فرستنده", "The auditors and the sender"),
    Label("موازنه‌ای جلوی «{what}» را گرفته است", "A balance holds “{what}” back"),
    Label(
        "با پروندهٔ «{what}» موازنه‌ای برقرار نیست و انتشار را نگه می‌دارد.",
        "A balance fails with “{what}” and holds back its publication.",
    ),
)
OVERRIDDEN: Final = _kind(
    "submission.overridden",
    Label("حسابرس از موازنه‌ای گذشت", "An auditor overrides a balance"),
    _SENDER,
    Label("از موازنهٔ «{what}» گذشته شد", "A balance of “{what}” was overridden"),
    Label(
        "حسابرس از موازنه‌ای که با «{what}» برقرار نبود گذشت.",
        "An auditor overrode a balance that failed with “{what}”.",
    ),
)
WITHDRAWAL_ASKED: Final = _kind(
    "withdrawal.asked",
    Label("کسی برداشتن انتشاری را خواست", "Somebody asks that a release be withdrawn"),
    _APPROVERS,
    Label("درخواست برداشتن «{what}» منتظر شماست", "A withdrawal of “{what}” waits for you"),
    Label(
        "خواسته‌اند انتشار «{what}» برداشته شود. درخواست منتظر تأیید شماست.",
        "The withdrawal of “{what}” was asked for. The request waits for your approval.",
    ),
    urgent=True,
)
WITHDRAWAL_TOLD: Final = _kind(
    "withdrawal.told",
    Label("کسی برداشتن انتشاری را خواست", "Somebody asks that a release be withdrawn"),
    Label("فرستندهٔ همان انتشار", "Who sent that release"),
    Label("برداشتن «{what}» خواسته شده است", "The withdrawal of “{what}” is asked for"),
    Label(
        "خواسته‌اند انتشاری از «{what}» که شما فرستاده بودید برداشته شود.",
        "The withdrawal of a release of “{what}” that you sent was asked for.",
    ),
    urgent=True,
)
STOPPED: Final = _kind(
    "withdrawal.stopped",
    Label("برداشتن تأییدشده پیش از انجام نگه داشته شد", "An approved withdrawal is stopped in time"),
    Label("کسی که خواسته و تأییدکنندگان", "Who asked for it, and the approvers"),
    Label("برداشتن «{what}» نگه داشته شد", "The withdrawal of “{what}” was stopped"),
    Label(
        "برداشتن «{what}» پیش از انجام نگه داشته شد و دوباره منتظر تصمیم است.",
        "The withdrawal of “{what}” was stopped before it took place and waits for a decision again.",
    ),
    urgent=True,
)
WITHDRAWN: Final = _kind(
    "withdrawal.done",
    Label("انتشاری برداشته شد", "A release is withdrawn"),
    Label(
        "کسی که خواسته، تأییدکنندگان آن و فرستندهٔ انتشار", "Who asked for it, who approved it, and who sent the release"
    ),
    Label("«{what}» برداشته شد", "“{what}” was withdrawn"),
    Label("انتشار «{what}» برداشته شد.", "The release of “{what}” was withdrawn."),
)
ERASURE_ASKED: Final = _kind(
    "erasure.asked",
    Label("پاک کردن ردیف‌هایی خواسته شد", "The erasure of rows is asked for"),
    Label("کسانی که می‌توانند تأیید کنند", "Those who may approve it"),
    Label("پاک کردن ردیف‌های «{what}» منتظر تأیید شماست", "An erasure of rows of “{what}” waits for your approval"),
    Label(
        "پاک کردن ردیف‌هایی از «{what}» خواسته شده و منتظر تأیید شماست. پس از تأیید بازگشتی ندارد.",
        "The erasure of rows of “{what}” is asked for and waits for your approval. There is no way back from it.",
    ),
    urgent=True,
)
ERASURE_DONE: Final = _kind(
    "erasure.done",
    Label("ردیف‌هایی پاک شد", "Rows are erased"),
    Label(
        "کسی که خواسته، تأییدکنندگان آن و فرستندهٔ انتشار", "Who asked for it, who approved it, and who sent the release"
    ),
    Label("ردیف‌هایی از «{what}» پاک شد", "Rows of “{what}” were erased"),
    Label("ردیف‌هایی از انتشار «{what}» پاک شد.", "Rows of the release of “{what}” were erased."),
)
PLANNED: Final = _kind(
    "submission.planned",
    Label("پرونده برای روزی که خواسته شده تأیید شد", "A submission is approved for the day that was asked for"),
    _SENDER,
    Label("«{what}» تأیید شد و در روز خود منتشر می‌شود", "“{what}” is approved and is published on its day"),
    Label(
        "پروندهٔ «{what}» تأیید شد و در روزی که خواسته‌اید منتشر می‌شود. تا آن روز می‌توان آن را نگه داشت.",
        "“{what}” is approved and is published on the day you asked for. Until then it can be stopped.",
    ),
)
UNPLANNED: Final = _kind(
    "submission.unplanned",
    Label("انتشار تأییدشده پیش از روزش نگه داشته شد", "An approved publication is stopped before its day"),
    Label("فرستنده و تأییدکنندگان", "The sender, and the approvers"),
    Label("انتشار «{what}» نگه داشته شد", "The publication of “{what}” was stopped"),
    Label(
        "«{what}» پیش از روز انتشار نگه داشته شد و دوباره منتظر تصمیم است.",
        "“{what}” was stopped before its day and waits for a decision again.",
    ),
    urgent=True,
)
KINDS: Final = (
    SENT, NOBODY, APPROVED, RETURNED, REFUSED, RELEASED, BROUGHT_BACK, STUCK, TAKEN_BACK, FREED, QUIET,
    HELD_LONG, COMMENTED, UNREAD, HELD,
    HELD_OF_YOURS, WAIVED, UNBALANCED, OVERRIDDEN, WITHDRAWAL_ASKED, WITHDRAWAL_TOLD, WAITS, STOPPED, WITHDRAWN,
    ERASURE_ASKED, ERASURE_DONE, PLANNED, UNPLANNED, BATCH_SENT, BATCH_NOBODY, BATCH_APPROVED, BATCH_RELEASED,
)  # fmt: skip
