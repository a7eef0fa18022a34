using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Access;

/// <summary>Who may do what. Section <c>Access</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>Whether callers must say who they are. By default only where others than this machine can reach it.</summary>
    public bool? Authentication { get; set; }

    /// <summary>
    /// The password of the user <c>admin</c>, set at every start. Without it, the first start makes one up and writes it
    /// to the file <c>admin-password</c> in the data directory.
    /// </summary>
    [MinLength(PasswordRules.MinLength)]
    public string? AdminPassword { get; set; }

    /// <summary>Whether a new distribution is private when nothing else is said of it.</summary>
    public bool PrivateByDefault { get; set; }

    /// <summary>How long a token holds.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a refresh token holds, by which clients get tokens without a password.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(30);
}
