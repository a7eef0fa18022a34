using System.Text;

namespace OrleansRegistry.Storage;

/// <summary>
/// The place that a secret is sealed for: table, column and row. What is found in another place does not open there, so
/// that who can write to the database cannot give one row the secret of another.
/// </summary>
public readonly record struct SecretPlace(string Table, string Column, string Row)
{
    private const string TheOne = "1";

    public static SecretPlace Check { get; } = new("secret_key", "sealed", TheOne);

    public static SecretPlace TokenKey { get; } = new("token_key", "private_key", TheOne);

    public static SecretPlace ReportKey { get; } = new("report_key", "private_key", TheOne);

    public static SecretPlace ClusterCertificate { get; } = new("cluster_certificate", "private_key", TheOne);

    public static SecretPlace Remote(Guid remote) => new("remote", "secrets", remote.ToString());

    /// <summary>In the arguments of a task that changes that remote.</summary>
    public static SecretPlace UpdateOf(Guid remote) => new("task", "arguments", remote.ToString());

    public static SecretPlace SigningService(Guid service) => new("signing_service", "secret", service.ToString());

    public override string ToString() => $"{Table}.{Column} of {Row}";

    /// <summary>What is authenticated with the secret, and not stored.</summary>
    internal byte[] Bytes(char form) => Encoding.UTF8.GetBytes($"{form}\n{Table}\n{Column}\n{Row}");
}
