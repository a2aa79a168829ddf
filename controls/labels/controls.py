"""What each control is called, and one sentence about it for a parent and one for a teen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Words(NamedTuple):
    """The words of one control."""

    name: Text
    about: Text
    about_teen: Text


CONTROLS: Final[Mapping[str, Words]] = {
    "account.visibility": Words(
        _("Account visibility"),
        _("A private account lets your teen approve each follower; a public one can be seen by anybody."),
        _("With a private account you approve each follower; a public one can be seen by anybody."),
    ),
    "account.suggest_to_others": Words(
        _("Suggest the account to others"),
        _("Whether the app proposes your teen to people who may not know them."),
        _("Whether the app proposes you to people who may not know you."),
    ),
    "account.search_engine_index": Words(
        _("Show in search engines"),
        _("Whether the profile can be found with a search engine outside the app."),
        _("Whether your profile can be found with a search engine outside the app."),
    ),
    "account.findable_by_contacts": Words(
        _("Find by phone number or e‑mail"),
        _("Whether people who have your teen's number or address find the account by it."),
        _("Whether people who have your number or address find your account by it."),
    ),
    "profile.following_list": Words(
        _("Who sees the following list"),
        _("Who can look at the list of accounts that your teen follows."),
        _("Who can look at the list of accounts that you follow."),
    ),
    "profile.liked_posts": Words(
        _("Who sees liked posts"),
        _("Who can look at the posts that your teen liked."),
        _("Who can look at the posts that you liked."),
    ),
    "profile.online_status": Words(
        _("Who sees when they are online"),
        _("Who can tell that your teen is using the app at this moment."),
        _("Who can tell that you are using the app at this moment."),
    ),
    "location.sharing": Words(
        _("Share location"),
        _("Whether friends in the app can see where your teen is; parents never see it here."),
        _("Whether friends in the app can see where you are; your parents never see it here."),
    ),
    "post.audience": Words(
        _("Who sees posts"),
        _("The widest audience that your teen's new posts can have."),
        _("The widest audience that your new posts can have."),
    ),
    "post.audience_prompt": Words(
        _("Ask before the first post"),
        _("The app asks your teen to choose an audience before anything is posted."),
        _("The app asks you to choose an audience before anything is posted."),
    ),
    "post.recommended_to_strangers": Words(
        _("Recommend posts to strangers"),
        _("Whether the app may put your teen's posts into the feeds of people they do not know."),
        _("Whether the app may put your posts into the feeds of people you do not know."),
    ),
    "post.download_by_others": Words(
        _("Let others download posts"),
        _("Whether other people can save your teen's videos to their own phones."),
        _("Whether other people can save your videos to their own phones."),
    ),
    "post.share_to_story": Words(
        _("Let others share posts in stories"),
        _("Who may pass your teen's posts on in a story of their own."),
        _("Who may pass your posts on in a story of their own."),
    ),
    "post.like_counts": Words(
        _("Show like counts"),
        _("Hiding the number of likes takes away some of the pressure to compare."),
        _("Hiding the number of likes can take away some of the pressure to compare."),
    ),
    "dm.who_can_send": Words(
        _("Who can send direct messages"),
        _("Direct messages start at 16, and stay off until your teen turns them on."),
        _("Direct messages start at 16, and stay off until you turn them on."),
    ),
    "dm.media": Words(
        _("What messages can contain"),
        _("Messages carry text only, so nobody can be sent a picture that they did not want."),
        _("Messages carry text only, so nobody can send you a picture that you did not want."),
    ),
    "dm.requests_from_strangers": Words(
        _("Message requests from strangers"),
        _("Whether people your teen does not know can ask to write to them."),
        _("Whether people you do not know can ask to write to you."),
    ),
    "dm.nudity_protection": Words(
        _("Nudity protection"),
        _("What happens to a picture that appears to show nudity before your teen sees it."),
        _("What happens to a picture that appears to show nudity before you see it."),
    ),
    "contact.adults": Words(
        _("Contact with adults"),
        _("Whether adults other than parents and trusted adults can get in touch with your teen."),
        _("Whether adults other than your parents and trusted adults can get in touch with you."),
    ),
    "contact.new_contact_approval": Words(
        _("New contacts"),
        _("Whether a parent approves, or only hears of, the people your teen begins to talk to."),
        _("Whether a parent approves, or only hears of, the people you begin to talk to."),
    ),
    "friend.requests_from": Words(
        _("Who can send friend requests"),
        _("From whom your teen can receive friend requests."),
        _("From whom you can receive friend requests."),
    ),
    "friend.handshake": Words(
        _("Steps to become friends"),
        _("With four steps both people ask and both accept before they are friends and may talk."),
        _("With four steps you both ask and you both accept before you are friends and may talk."),
    ),
    "group.who_can_add": Words(
        _("Who can add them to groups"),
        _("Who may put your teen into a group chat."),
        _("Who may put you into a group chat."),
    ),
    "call.who": Words(
        _("Who can call"),
        _("Who can reach your teen by a voice or video call in the app."),
        _("Who can reach you by a voice or video call in the app."),
    ),
    "mention.who": Words(
        _("Who can mention or tag"),
        _("Who can name your teen in a post or a comment."),
        _("Who can name you in a post or a comment."),
    ),
    "words.offensive_filter": Words(
        _("Filter offensive words"),
        _("How much insulting language is hidden from your teen."),
        _("How much insulting language is hidden from you."),
    ),
    "accounts.blocked": Words(
        _("Blocked accounts"),
        _("Accounts that you keep away from your teen; whom your teen blocks stays with them."),
        _("Accounts that are kept away from you; whom you block is yours alone to know."),
    ),
    "comment.who": Words(
        _("Who can comment"),
        _("Who can write under your teen's posts."),
        _("Who can write under your posts."),
    ),
    "comment.write": Words(
        _("Write comments"),
        _("Whether your teen can write under other people's posts."),
        _("Whether you can write under other people's posts."),
    ),
    "comment.filter": Words(
        _("Filter comments"),
        _("Whether comments wait for your teen's approval, are filtered, or appear at once."),
        _("Whether comments wait for your approval, are filtered, or appear at once."),
    ),
    "remix.duet": Words(
        _("Who can make duets"),
        _("Who can put their own video beside one of your teen's."),
        _("Who can put their own video beside one of yours."),
    ),
    "remix.stitch": Words(
        _("Who can use clips"),
        _("Who can use a part of your teen's video in one of their own."),
        _("Who can use a part of your video in one of their own."),
    ),
    "content.level": Words(
        _("Content level"),
        _("How mature the themes may be of what the app shows."),
        _("How mature the themes may be of what the app shows you."),
    ),
    "content.restricted_mode": Words(
        _("Restricted mode"),
        _("Hides what may not be comfortable for everybody, at the price of hiding a little too much."),
        _("Hides what may not be comfortable for everybody, at the price of hiding a little too much."),
    ),
    "content.labels": Words(
        _("Sensitive content"),
        _("How strong violence, drugs and other sensitive content may be; help and recovery stay visible."),
        _("How strong violence, drugs and other sensitive content may be; help and recovery stay visible."),
    ),
    "content.topics": Words(
        _("Topics"),
        _("Topics that are shown less or not at all."),
        _("Topics that you want to see less or not at all."),
    ),
    "content.keywords": Words(
        _("Hidden words"),
        _("Posts with these words are hidden; the words that your teen adds stay with them."),
        _("Posts with these words are hidden; the words that you add are yours alone to know."),
    ),
    "content.stem_feed": Words(
        _("Science and learning feed"),
        _("A feed of its own for science, technology and learning."),
        _("A feed of its own for science, technology and learning."),
    ),
    "content.search": Words(
        _("Search"),
        _("Whether your teen can search the app, and whether results are filtered for age."),
        _("Whether you can search the app, and whether results are filtered for age."),
    ),
    "content.crisis_support": Words(
        _("Help in a crisis"),
        _("What a search about self-harm meets: help always comes first, and no parent sees the search."),
        _("What a search about self-harm meets: help always comes first, and nobody is told of the search."),
    ),
    "content.feed": Words(
        _("How the feed is chosen"),
        _("Whether the feed follows your teen's behaviour, or shows what is followed and popular."),
        _("Whether the feed follows your behaviour, or shows what you follow and what is popular."),
    ),
    "content.autoplay": Words(
        _("Autoplay"),
        _("Whether the next video starts by itself."),
        _("Whether the next video starts by itself."),
    ),
    "content.short_video_minutes": Words(
        _("Short videos a day"),
        _("How long your teen can watch short videos each day."),
        _("How long you can watch short videos each day."),
    ),
    "content.live_view": Words(
        _("Watch live videos"),
        _("Which live videos your teen can watch."),
        _("Which live videos you can watch."),
    ),
    "content.appearance_effects": Words(
        _("Appearance effects"),
        _("Effects that change how faces and bodies look."),
        _("Effects that change how faces and bodies look."),
    ),
    "live.host": Words(
        _("Go live"),
        _("Whether your teen can broadcast live; this starts at 18."),
        _("Whether you can broadcast live; this starts at 18."),
    ),
    "gift.send": Words(
        _("Send gifts"),
        _("Whether your teen can send gifts that cost money; this starts at 18."),
        _("Whether you can send gifts that cost money; this starts at 18."),
    ),
    "gift.receive": Words(
        _("Receive gifts"),
        _("Whether your teen can receive gifts that are worth money; this starts at 18."),
        _("Whether you can receive gifts that are worth money; this starts at 18."),
    ),
    "purchase.policy": Words(
        _("Purchases"),
        _("Whether your teen can buy things in the app, and whether you are asked each time."),
        _("Whether you can buy things in the app, and whether a parent is asked each time."),
    ),
    "purchase.monthly_cap": Words(
        _("Spending a month"),
        _("The most that your teen can spend in the app in a month."),
        _("The most that you can spend in the app in a month."),
    ),
    "ads.personalised": Words(
        _("Personalised advertising"),
        _("Advertising chosen by what your teen does; it is off for everybody under 18."),
        _("Advertising chosen by what you do; it is off for everybody under 18."),
    ),
    "data.model_training": Words(
        _("Use of posts to train AI"),
        _("Whether what your teen posts is used to train AI models."),
        _("Whether what you post is used to train AI models."),
    ),
    "ai.assistant": Words(
        _("AI assistant"),
        _("Whether your teen can use the assistant, and whether it keeps to safe subjects."),
        _("Whether you can use the assistant, and whether it keeps to safe subjects."),
    ),
    "ai.characters": Words(
        _("AI characters"),
        _("Chats with invented personalities; this starts at 18."),
        _("Chats with invented personalities; this starts at 18."),
    ),
    "time.daily_minutes": Words(
        _("Screen time a day"),
        _("How long the app can be used each day, over all devices together."),
        _("How long you can use the app each day, over all your devices together."),
    ),
    "time.limit_action": Words(
        _("When the time is used up"),
        _("Whether the app closes, asks a parent for more time, or only reminds."),
        _("Whether the app closes, lets you ask a parent for more time, or only reminds you."),
    ),
    "time.away": Words(
        _("Time away"),
        _("Hours of the week in which the app is closed, for school or for supper; help stays open."),
        _("Hours of the week in which the app is closed, for school or for supper; help stays open."),
    ),
    "time.bedtime": Words(
        _("Bedtime"),
        _("Night hours in which the app winds down."),
        _("Night hours in which the app winds down."),
    ),
    "time.bedtime_action": Words(
        _("At bedtime"),
        _("Whether the app closes at bedtime or only reminds."),
        _("Whether the app closes at bedtime or only reminds you."),
    ),
    "time.pause": Words(
        _("Pause the app"),
        _("Closes the app until the pause ends; help and reporting stay open."),
        _("Closes the app until the pause ends; help and reporting stay open."),
    ),
    "time.break_reminder_minutes": Words(
        _("Remind to take a break"),
        _("After how long in one go the app suggests a break."),
        _("After how long in one go the app suggests a break."),
    ),
    "push.quiet_hours": Words(
        _("Quiet hours"),
        _("Hours in which the app sends no notifications."),
        _("Hours in which the app sends you no notifications."),
    ),
}
