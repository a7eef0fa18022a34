namespace OrleansRegistry.Access;

/// <summary>What a password must be at least. Worded as Pulp's clients know it.</summary>
public static class PasswordRules
{
    public const int MinLength = 8;

    /// <summary>What is wrong with a password, in sentences; none where it will do.</summary>
    public static IEnumerable<string> Faults(string password, string userName)
    {
        if (password.Length < MinLength)
            yield return $"This password is too short. It must contain at least {MinLength} characters.";
        if (password.All(char.IsDigit))
            yield return "This password is entirely numeric.";
        if (userName.Length >= 3 && password.Contains(userName, StringComparison.OrdinalIgnoreCase))
            yield return "The password is too similar to the username.";
    }
}
