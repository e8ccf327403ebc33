"""Twilio's own description of its REST API, as a judge of our requests and of the fake's answers.

`api-v2010.openapi.json` is an extract (messages, and a look at numbers) of twilio-oai's
twilio_api_v2010.json, https://github.com/twilio/twilio-oai, Apache 2.0.
"""
