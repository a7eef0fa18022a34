using System.Net.Mail;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansRegistry.Access;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>A user, in answers and in requests. Source: Pulp's REST: users and roles.</summary>
internal static partial class UserShape
{
    private const int MaxName = 150;
    private const int MaxPassword = 1024;
    private const int MaxEmail = 254;

    public static Shape<UserRecord> Shape { get; } = new(
        "User",
        CommonFields.Text<UserRecord>("pulp_href", user => Address.Href(ResourceKind.User, user.Id)),
        CommonFields.Text<UserRecord>("prn", user => Address.Prn(ResourceKind.User, user.Id)),
        CommonFields.Text<UserRecord>("id", user => user.Id.ToString()),
        CommonFields.Text<UserRecord>("username", user => user.Settings.Name),
        CommonFields.Text<UserRecord>("first_name", user => user.Settings.FirstName),
        CommonFields.Text<UserRecord>("last_name", user => user.Settings.LastName),
        CommonFields.Text<UserRecord>("email", user => user.Settings.Email),
        new("is_staff", Schema.Flag, user => user.Settings.IsStaff),
        new("is_active", Schema.Flag, user => user.Settings.IsActive),
        new("date_joined", Schema.Time, user => PulpJson.Time(user.CreatedAt)),
        new("groups", Schema.ListOf(Schema.Object), _ => new JsonArray()),
        new("hidden_fields", Schema.ListOf(Schema.Object), user => new JsonArray(
            new JsonObject { ["name"] = "password", ["is_set"] = user.HasPassword })));

    public static Body Body { get; } = new(
        "User",
        BodyFields.Text("username", MaxName).Required,
        BodyFields.Text("password", MaxPassword, keepBlanks: true).OrNull,
        BodyFields.Text("first_name", MaxName, mayBeBlank: true),
        BodyFields.Text("last_name", MaxName, mayBeBlank: true),
        BodyFields.Text("email", MaxEmail, mayBeBlank: true),
        BodyFields.Flag("is_staff"),
        BodyFields.Flag("is_active"))
    {
        MostBytes = 16 * 1024,
    };

    public static UserSettings New { get; } = new("", "", "", "", IsStaff: false, IsActive: true);

    /// <summary>The settings after a request: what it does not mention stays as it was.</summary>
    /// <exception cref="RefusedException">The name is none, or the address.</exception>
    public static UserSettings Apply(BodyValues values, UserSettings before)
    {
        var name = values.Get("username", before.Name);
        if (!NameGrammar.IsMatch(name))
            throw RefusedException.Field(
                "username",
                "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.");
        var email = values.Get("email", before.Email);
        if (email.Length > 0 && !MailAddress.TryCreate(email, out _))
            throw RefusedException.Field("email", "Enter a valid email address.");
        return new(
            name,
            values.Get("first_name", before.FirstName),
            values.Get("last_name", before.LastName),
            email,
            values.Get("is_staff", before.IsStaff),
            values.Get("is_active", before.IsActive));
    }

    /// <summary>The change of the password that a request asks for; null for none.</summary>
    /// <param name="values">What was sent.</param>
    /// <param name="userName">The user's name.</param>
    /// <param name="passwords">Which hashes it, in the turn of the source.</param>
    /// <param name="source">Who asks.</param>
    /// <exception cref="RefusedException">The password will not do.</exception>
    public static async Task<PasswordChange?> PasswordAsync(
        BodyValues values, string userName, Passwords passwords, HashingSource source)
    {
        if (!values.Has("password"))
            return null;
        if (values.Find<string>("password") is not { } password)
            return new(null);
        var faults = PasswordRules.Faults(password, userName).ToList();
        return faults.Count == 0
            ? new(await passwords.HashAsync(password, source))
            : throw new RefusedException(PulpError.Fields(
                faults.Select(fault => KeyValuePair.Create("password", fault))));
    }

    // Letters of other scripts look like these: "аdmin" would pass for somebody else.
    [GeneratedRegex(@"\A[A-Za-z0-9@.+\-_]+\z")]
    private static partial Regex NameGrammar { get; }
}
