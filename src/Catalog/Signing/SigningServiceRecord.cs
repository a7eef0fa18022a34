namespace OrleansRegistry.Signing;

/// <summary>A service that signs, as the management REST shows it. <c>Script</c> is the path of its program.</summary>
public sealed record SigningServiceRecord(
    Guid Id, string Name, string PublicKey, string Fingerprint, string Script, DateTimeOffset CreatedAt);
