using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Lists;

/// <summary>
/// Regular expressions as clients send them in filters: without backtracking, and with a limit on the time that all
/// comparisons of one request take together. For one request at a time.
/// </summary>
public sealed class ClientRegex
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestTogether = TimeSpan.FromSeconds(2);

    private TimeSpan _spent;

    /// <summary>Why the text is no expression that is taken here; null where it is one.</summary>
    public static string? WhyRefused(string expression)
    {
        try
        {
            _ = new Regex(expression, Options);
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return $"Not a regular expression that is taken here: {exception.Message}";
        }
    }

    /// <exception cref="UnusableValueException">It takes too long.</exception>
    public bool IsMatch(string text, string expression)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return _spent < LongestTogether ? Regex.IsMatch(text, expression, Options, LongestMatch) : throw TooLong(null);
        }
        catch (RegexMatchTimeoutException timeout)
        {
            throw TooLong(timeout);
        }
        finally
        {
            _spent += Stopwatch.GetElapsedTime(began);
        }
    }

    private static UnusableValueException TooLong(Exception? cause) =>
        new("The regular expression takes too long; repeat less in it, or look for a part of the text.", cause);
}
