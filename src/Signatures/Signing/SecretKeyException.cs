namespace OrleansRegistry.Signatures.Signing;

/// <summary>A secret key that cannot be used. The message is one sentence for whoever gave it, without anything secret.</summary>
public sealed class SecretKeyException(string message) : Exception(message);
