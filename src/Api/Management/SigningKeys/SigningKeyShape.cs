using OrleansRegistry.Resources;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Management;

/// <summary>A key that signs, in answers.</summary>
internal static class SigningKeyShape
{
    /// <summary>As it stands at the time of the answer.</summary>
    public static Shape<SigningKeyRecord> At(TimeProvider clock) => new(
        "SigningKey",
        [
            .. CommonFields.Of<SigningKeyRecord>(ResourceKind.SigningKey, key => key.Id, key => key.CreatedAt),
            CommonFields.TextOrNull<SigningKeyRecord>("fingerprint", key => key.Name.Fingerprint),
            CommonFields.Text<SigningKeyRecord>("key_id", key => key.Name.KeyId),
            CommonFields.Text<SigningKeyRecord>("kind", key => key.Key?.Kind ?? "openpgp"),
            CommonFields.TextOrNull<SigningKeyRecord>("algorithm", key => key.Key?.Algorithm),
            CommonFields.NumberOrNull<SigningKeyRecord>("bits", key => key.Key?.Bits),
            new("user_ids", Schema.ListOf(Schema.Text), key => PulpJson.Texts(key.Key?.UserIds ?? [])),
            CommonFields.TextOrNull<SigningKeyRecord>("primary", key => key.Key?.Primary),
            CommonFields.TextOrNull<SigningKeyRecord>("public_key", key => key.Key?.PublicKey),
            CommonFields.Text<SigningKeyRecord>("note", key => key.Note),
            CommonFields.Text<SigningKeyRecord>(
                "state", key => key.StateAt(clock.GetUtcNow()).ToString().ToLowerInvariant()),
            new("revoked_at", Schema.Time.OrNull(), key => PulpJson.Time(key.Revocation?.At ?? key.EndedAt)),
            new("revocation", Schema.Integer.OrNull(), key => key.Revocation?.Number),
            new("expires_at", Schema.Time.OrNull(), key => PulpJson.Time(key.Key?.ExpiresAt)),
            new("first_seen", Schema.Time.OrNull(), key => PulpJson.Time(key.FirstSeen)),
            new("last_seen", Schema.Time.OrNull(), key => PulpJson.Time(key.LastSeen)),
            new("signatures", Schema.Integer, key => key.Signatures),
            new("claimed", Schema.Integer, key => key.Signatures - key.Proven),
            new("proven", Schema.Integer, key => key.Proven),
            new("images", Schema.Integer, key => key.Images),
            new("repositories", Schema.Integer, key => key.Repositories),
        ]);
}
