namespace OrleansRegistry.Storage;

/// <summary>Turns a reference to a row that somebody deleted at this moment into a refusal.</summary>
internal static class VanishedRows
{
    public static async Task<T> RefuseAsync<T>(
        Func<Task<T>> change, ProblemKind kind, string message, string? subject = null)
    {
        try
        {
            return await change();
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.ForeignKey)
        {
            throw new ProblemException(kind, message, subject);
        }
    }

    /// <summary>For changes that find or make the rows themselves: the next try sees what is there now.</summary>
    public static async Task<T> RepeatAsync<T>(Func<Task<T>> change)
    {
        const int mostTries = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await change();
            }
            catch (ConstraintViolationException violation)
                when (violation.Kind is ConstraintKind.ForeignKey && attempt < mostTries)
            {
            }
        }
    }
}
