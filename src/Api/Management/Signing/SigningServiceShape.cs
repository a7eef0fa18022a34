using System.Text;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>A signing service, in answers and in requests. Source: Pulp's REST: signing services.</summary>
internal static class SigningServiceShape
{
    private static readonly string[] Kinds = ["openpgp", "script", "cosign"];
    private static readonly string[] Attachments = ["tag", "referrer", "both"];

    public static Shape<SigningServiceRecord> Shape { get; } = new(
        "SigningService",
        [
            .. CommonFields.Of<SigningServiceRecord>(
                ResourceKind.SigningService, service => service.Id, service => service.CreatedAt),
            CommonFields.Text<SigningServiceRecord>("name", service => service.Name),
            CommonFields.Text<SigningServiceRecord>("public_key", service => service.PublicKey),
            CommonFields.Text<SigningServiceRecord>("pubkey_fingerprint", service => service.Fingerprint),
            CommonFields.TextOrNull<SigningServiceRecord>("script", service => service.Script),
            CommonFields.Text<SigningServiceRecord>("kind", service => Lower(service.Kind)),
            CommonFields.TextOrNull<SigningServiceRecord>(
                "attachment", service => service.Attachment is { } attachment ? Lower(attachment) : null),
        ]);

    public static Body Body { get; } = new(
        "SigningService",
        BodyFields.Name("name").Required,
        BodyFields.Choice("kind", Kinds).Required,
        BodyFields.Text("key", keepBlanks: true),
        BodyFields.Text("passphrase", keepBlanks: true),
        BodyFields.Choice("generate", [.. WantedSigningService.KeyKinds]),
        BodyFields.Text("script"),
        BodyFields.Text("public_key"),
        BodyFields.Choice("attachment", Attachments))
    {
        MostBytes = Body.FileBytes,
    };

    public static WantedSigningService Read(BodyValues values) => new()
    {
        Name = values.Get("name", ""),
        Kind = Enum.Parse<SigningKind>(values.Get("kind", ""), ignoreCase: true),
        Key = values.Find<string>("key") is { } key ? Encoding.UTF8.GetBytes(key) : null,
        Passphrase = values.Get("passphrase", ""),
        Generate = values.Find<string>("generate"),
        Script = values.Find<string>("script"),
        PublicKey = values.Find<string>("public_key"),
        Attachment = values.Find<string>("attachment") is { } attachment
            ? Enum.Parse<CosignAttachment>(attachment, ignoreCase: true)
            : null,
    };

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
