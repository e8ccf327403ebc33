"""What `statustext doctor` looks at: AWS's part of a deployment, the API, and Twilio's part."""
