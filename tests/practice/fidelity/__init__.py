"""The practice workspace's payloads beside Slack's own, as slackapi/java-slack-sdk recorded them."""
