using System.Text;
using OrleansRegistry.Remotes;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Policies;

namespace OrleansRegistry.Sync;

/// <inheritdoc cref="IRemoteTrust"/>
internal sealed class RemoteTrust : IRemoteTrust
{
    private const string Keys = "trusted_keys";
    private const string Policy = "signature_policy";

    public void Require(RemoteSettings settings)
    {
        for (var place = 0; place < settings.TrustedKeys?.Count; place++)
            if (!IsKey(settings.TrustedKeys[place]))
                throw Refused(
                    Keys,
                    $"Entry {place + 1} is neither an OpenPGP certificate (gpg --armor --export) nor a public key in PEM "
                    + "(cosign.pub).");
        if (settings.SignaturePolicy is not { } document)
            return;
        if (!SignaturePolicy.TryParse(Encoding.UTF8.GetBytes(document), PolicyDialect.ByValue, out _, out var refusal))
            throw Refused(Policy, refusal);
    }

    private static bool IsKey(string text) =>
        CosignPublicKey.TryParse(text, out _)
        || TrustedKeys.Load(Encoding.UTF8.GetBytes(text)).Certificates.Count > 0;

    private static ProblemException Refused(string field, string why) => new(ProblemKind.FieldInvalid, why, field);
}
